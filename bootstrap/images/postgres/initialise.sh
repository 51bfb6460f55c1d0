# The first start. Everything happens in a folder inside PGDATA and moves up when all of it has worked, PG_VERSION
# last: a first start that fails or is killed leaves nothing that a later one would take for a finished database.

initialise() {
  local final=$PGDATA staging=$PGDATA/.initialising
  [[ -n $POSTGRES_PASSWORD ]] ||
    fail "$PGDATA is empty and there is no superuser password; set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD"

  if [[ -d $staging ]]; then
    echo "postgres: an earlier first start did not finish; starting again"
    find "$final" -mindepth 1 -delete
  fi
  mkdir -p "$staging"
  PGDATA=$staging
  echo "postgres: initialising $final"
  create_cluster
  serve_socket "$@"
  create_database
  run_scripts
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop >/dev/null

  find "$staging" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv --target-directory="$final" {} +
  mv "$staging/PG_VERSION" "$final/"
  rmdir "$staging"
  export PGDATA=$final
  echo "postgres: initialised, starting"
}

create_cluster() {
  local extra=()
  # Word by word with its quotes, as the official image reads it.
  eval "extra=($POSTGRES_INITDB_ARGS)"
  initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    --encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256 --auth-local=peer ${extra[@]+"${extra[@]}"} >/dev/null

  # Whoever is the system user postgres owns the files anyway, so the socket lets that user be any role.
  sed -i -E 's/^(local\s+\S+\s+\S+\s+peer)\s*$/\1 map=owner/' "$PGDATA/pg_hba.conf"
  echo 'owner postgres all' >>"$PGDATA/pg_ident.conf"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
}

# The command's own flags apply, but nobody outside this container can connect yet.
serve_socket() {
  local flags
  flags=$(printf '%q ' "${@:2}" -c listen_addresses= -c "data_directory=$PGDATA" \
    -c "hba_file=$PGDATA/pg_hba.conf" -c "ident_file=$PGDATA/pg_ident.conf")
  pg_ctl --pgdata="$PGDATA" --options="$flags" --wait --silent start
}

on_socket() {
  PGHOST='' PGHOSTADDR='' PGPASSWORD='' psql --no-psqlrc --no-password --set ON_ERROR_STOP=1 --quiet \
    --username "$POSTGRES_USER" "$@"
}

create_database() {
  local present
  present=$(on_socket --dbname postgres --set db="$POSTGRES_DB" --tuples-only --no-align \
    <<<"select 1 from pg_database where datname = :'db'")
  if [[ -z $present ]]; then
    on_socket --dbname postgres --set db="$POSTGRES_DB" <<<'create database :"db"'
  fi
}

run_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh)
        echo "postgres: running $script"
        if [[ -x $script ]]; then "$script"; else source "$script"; fi
        ;;
      *.sql)
        echo "postgres: running $script"
        on_socket --dbname "$POSTGRES_DB" --file "$script"
        ;;
      *.sql.gz)
        echo "postgres: running $script"
        gunzip --stdout "$script" | on_socket --dbname "$POSTGRES_DB"
        ;;
      */\*) ;;
      *) echo "postgres: leaving out $script, neither .sh, .sql nor .sql.gz" ;;
    esac
  done
}
