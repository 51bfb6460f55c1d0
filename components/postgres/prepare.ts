import { type RolePasswords, rolesSql } from "./roles.js";
import { schemasSql } from "./schemas.js";

/**
 * The whole preparation of the database `postgres`, for psql. It may be run again at any time, against an
 * empty or an existing database, on plain Postgres 17 and on Supabase's image alike.
 */
export function prepareSql(passwords: RolePasswords): string {
  return [
    // A failing statement would otherwise reach the server's log with the password in it.
    "set log_statement = 'none';",
    "set log_min_error_statement = 'panic';",
    "set client_min_messages = 'warning';",
    "begin;",
    rolesSql(passwords),
    schemasSql(),
    "commit;",
    "",
  ].join("\n");
}

/**
 * Runs psql as a superuser without knowing a password, so that a new password reaches an old database. In plain
 * Postgres that is `postgres` on the local socket; in Supabase's image, where `postgres` is no superuser, it is
 * `supabase_admin` on the container's own loopback.
 */
export const prepareCommand: readonly string[] = [
  "sh",
  "-c",
  [
    "set -eu",
    "export PGDATABASE=postgres PGUSER=postgres",
    `if [ "$(psql -XAtc 'select rolsuper from pg_roles where rolname = current_user')" != t ]; then`,
    "  export PGUSER=supabase_admin PGHOST=127.0.0.1",
    "fi",
    "exec psql -Xq -v ON_ERROR_STOP=1 -f - >/dev/null",
  ].join("\n"),
];
