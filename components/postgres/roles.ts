import { identifier, literal, when } from "./sql.js";

/** The login roles, each of one service, whose passwords the stack makes. */
export interface RolePasswords {
  /** The database's owner. */
  readonly postgres: string;
  /** Realtime's superuser. */
  readonly supabaseAdmin: string;
  /** PostgREST's login, which becomes the role that a request's token names. */
  readonly authenticator: string;
  /** GoTrue's login. */
  readonly authAdmin: string;
  /** Storage's login. */
  readonly storageAdmin: string;
  /** The metrics exporter's login, which reads statistics alone. */
  readonly monitor: string;
}

interface Role {
  readonly name: string;
  readonly attributes: string;
  readonly password?: keyof RolePasswords;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Supabase's roles as its services expect them on any Postgres. */
const roles: readonly Role[] = [
  { name: "postgres", attributes: "login", password: "postgres" },
  { name: "supabase_admin", attributes: "superuser login", password: "supabaseAdmin" },
  { name: "anon", attributes: "nologin noinherit", settings: { statement_timeout: "3s" } },
  { name: "authenticated", attributes: "nologin noinherit", settings: { statement_timeout: "8s" } },
  { name: "service_role", attributes: "nologin noinherit bypassrls" },
  {
    name: "authenticator",
    attributes: "login noinherit",
    password: "authenticator",
    settings: { statement_timeout: "8s", lock_timeout: "8s" },
  },
  // Realtime's migrations grant to it and fail where it is missing.
  { name: "dashboard_user", attributes: "nologin createrole createdb replication" },
  {
    name: "supabase_auth_admin",
    attributes: "login noinherit createrole",
    password: "authAdmin",
    settings: { search_path: "auth", idle_in_transaction_session_timeout: "60000" },
  },
  {
    name: "supabase_storage_admin",
    attributes: "login noinherit createrole",
    password: "storageAdmin",
    settings: { search_path: "storage" },
  },
  { name: "monitor", attributes: "login", password: "monitor", settings: { statement_timeout: "10s" } },
];

const memberships: readonly (readonly [members: string, of: readonly string[]])[] = [
  ["authenticator", ["anon", "authenticated", "service_role"]],
  ["supabase_storage_admin", ["authenticator"]],
  ["monitor", ["pg_monitor"]],
  ["postgres", ["anon", "authenticated", "service_role", "supabase_auth_admin", "supabase_storage_admin"]],
];

/** Roles, their passwords, settings and memberships. */
export function rolesSql(passwords: RolePasswords): string {
  const created = roles.map(({ name, attributes }) =>
    when(
      `not exists (select from pg_roles where rolname = ${literal(name)})`,
      `create role ${identifier(name)} ${attributes}`,
    ),
  );
  const altered = roles.flatMap(({ name, attributes, password, settings = {} }) => [
    `alter role ${identifier(name)} ${attributes};`,
    ...(password ? [`alter role ${identifier(name)} password ${literal(passwords[password])};`] : []),
    ...Object.entries(settings).map(
      ([key, value]) => `alter role ${identifier(name)} set ${key} = ${literal(value)};`,
    ),
  ]);
  const granted = memberships.map(
    ([member, groups]) => `grant ${groups.map(identifier).join(", ")} to ${identifier(member)};`,
  );
  return [...created, ...altered, ...granted].join("\n");
}
