import { identifier, literal, when } from "./sql.js";

const apiRoles = "anon, authenticated, service_role";

/** Schemas by name, each with the role that owns it. */
const schemas: Readonly<Record<string, string>> = {
  extensions: "postgres",
  graphql_public: "supabase_admin",
  auth: "supabase_auth_admin",
  storage: "supabase_storage_admin",
  // Realtime selects _realtime for its own tables and creates none of both itself.
  _realtime: "supabase_admin",
  realtime: "supabase_admin",
};

const extensions = ["uuid-ossp", "pgcrypto"];

const schemaSql = Object.entries(schemas).map(
  ([name, owner]) => `create schema if not exists ${identifier(name)} authorization ${identifier(owner)};`,
);

const extensionSql = extensions.map(
  (name) => `create extension if not exists ${identifier(name)} schema extensions;`,
);

const grantSql = [
  "grant create on database postgres to supabase_auth_admin, supabase_storage_admin;",
  `grant usage on schema public, extensions, auth, storage, graphql_public to ${apiRoles};`,
  ...["postgres", "supabase_admin"].flatMap((owner) =>
    ["tables", "functions", "sequences"].map(
      (kind) =>
        `alter default privileges for role ${owner} in schema public grant all on ${kind} to postgres, ${apiRoles};`,
    ),
  ),
];

const publicationSql = when(
  `not exists (select from pg_publication where pubname = ${literal("supabase_realtime")})`,
  "create publication supabase_realtime",
);

/** PostgREST reads its schema cache again after every change of the schema; Supabase's image has a watch of its own. */
const watchSql = [
  `create or replace function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql
     as $$ begin notify pgrst, 'reload schema'; end $$`,
  "create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch()",
]
  .map((statement) =>
    when("not exists (select from pg_event_trigger where evtname = 'pgrst_ddl_watch')", statement),
  )
  .join("\n");

/** Schemas, extensions, grants, the publication and the schema watch. */
export function schemasSql(): string {
  return [...schemaSql, ...extensionSql, ...grantSql, publicationSql, watchSql].join("\n");
}
