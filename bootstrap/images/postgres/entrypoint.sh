#!/bin/bash
# Keeps the contract of the official postgres image: POSTGRES_*, PGDATA and /docker-entrypoint-initdb.d.
set -Eeuo pipefail

fail() {
  echo "postgres: $*" >&2
  exit 1
}

# from_file NAME DEFAULT: takes NAME from the file that NAME_FILE points to.
from_file() {
  local name=$1 file_name=${1}_FILE
  if [[ -n ${!name:-} && -n ${!file_name:-} ]]; then
    fail "both $name and $file_name are set; set one of them"
  fi
  local value=${!name:-$2}
  if [[ -n ${!file_name:-} ]]; then
    [[ -r ${!file_name} ]] || fail "$file_name names ${!file_name}, which cannot be read"
    value=$(<"${!file_name}")
  fi
  export "$name=$value"
  unset "$file_name"
}

if [[ ${1:-} == -* ]]; then
  set -- postgres "$@"
fi
if [[ ${1:-} != postgres ]]; then
  exec "$@"
fi
for argument in "$@"; do
  case $argument in
    -\? | --help | --version | -V | --describe-config) exec "$@" ;;
  esac
done

from_file POSTGRES_PASSWORD ''
from_file POSTGRES_USER postgres
from_file POSTGRES_DB "$POSTGRES_USER"
from_file POSTGRES_INITDB_ARGS ''

if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA" /var/run/postgresql /etc/postgresql-custom
  chmod 0700 "$PGDATA"
  chmod 2775 /var/run/postgresql
  find "$PGDATA" /var/run/postgresql /etc/postgresql-custom ! -user postgres -exec chown --no-dereference postgres:postgres {} +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  # shellcheck source=initialise.sh
  source /usr/local/bin/initialise.sh
  initialise "$@"
fi
unset POSTGRES_PASSWORD
exec "$@"
