import type { Connection } from "./database.js";

/** A claim of the request's token, as either generation of PostgREST hands it to SQL. */
const claim = (name: string, type: string) => `
  create or replace function auth.${name}() returns ${type} language sql stable as $$
    select coalesce(
      nullif(current_setting('request.jwt.claim.${name === "uid" ? "sub" : name}', true), ''),
      nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> '${name === "uid" ? "sub" : name}'
    )::${type}
  $$;`;

const users = `
  create table auth.users (
    id uuid primary key, aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
    email_confirmed_at timestamptz, invited_at timestamptz, confirmation_sent_at timestamptz,
    recovery_sent_at timestamptz, email_change varchar(255), email_change_sent_at timestamptz,
    last_sign_in_at timestamptz, raw_app_meta_data jsonb not null default '{}',
    raw_user_meta_data jsonb not null default '{}', is_super_admin boolean,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    phone text unique, phone_confirmed_at timestamptz,
    confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
    banned_until timestamptz, is_sso_user boolean not null default false, deleted_at timestamptz,
    is_anonymous boolean not null default false
  );
  create unique index users_email_partial_key on auth.users (email) where not is_sso_user;
  create table auth.identities (
    id uuid primary key default gen_random_uuid(), provider_id text not null, provider text not null,
    user_id uuid not null references auth.users on delete cascade, identity_data jsonb not null,
    last_sign_in_at timestamptz, created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    email text generated always as (lower(identity_data ->> 'email')) stored, unique (provider_id, provider)
  );
  create index identities_user_id_idx on auth.identities (user_id);`;

const sessions = `
  create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
  create table auth.sessions (
    id uuid primary key, user_id uuid not null references auth.users on delete cascade,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    aal auth.aal_level not null default 'aal1', not_after timestamptz, refreshed_at timestamptz, user_agent text,
    refresh_token_counter bigint not null default 0
  );
  create index sessions_user_id_idx on auth.sessions (user_id);
  create table auth.mfa_amr_claims (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references auth.sessions on delete cascade, authentication_method text not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (session_id, authentication_method)
  );
  create table auth.refresh_tokens (
    id bigserial primary key, token varchar(255) not null unique, user_id varchar(255) not null,
    session_id uuid not null references auth.sessions on delete cascade, revoked boolean not null default false,
    parent varchar(255), created_at timestamptz not null default now(), updated_at timestamptz not null default now()
  );
  create index refresh_tokens_session_id_idx on auth.refresh_tokens (session_id);`;

const oneTimeTokens = `
  create type auth.one_time_token_type as enum (
    'confirmation_token', 'recovery_token', 'email_change_token_new', 'email_change_token_current'
  );
  create table auth.one_time_tokens (
    id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users on delete cascade,
    token_type auth.one_time_token_type not null, token_hash text not null, relates_to text not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (user_id, token_type)
  );
  create index one_time_tokens_token_hash_idx on auth.one_time_tokens (token_hash);
  create table auth.flow_state (
    id uuid primary key default gen_random_uuid(), user_id uuid references auth.users on delete cascade,
    auth_code text unique, code_challenge_method text, code_challenge text, provider_type text not null,
    authentication_method text not null, auth_code_issued_at timestamptz, referrer text,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now()
  );
  create index flow_state_user_id_idx on auth.flow_state (user_id);`;

const functions = `
  ${claim("uid", "uuid")} ${claim("role", "text")} ${claim("email", "text")}
  create or replace function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(
      nullif(current_setting('request.jwt.claim', true), ''),
      nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
  $$;
  grant execute on function auth.uid(), auth.role(), auth.email(), auth.jwt() to anon, authenticated, service_role;`;

const rowSecurity = ["users", "identities", "sessions", "mfa_amr_claims", "refresh_tokens", "one_time_tokens"]
  .concat("flow_state", "schema_migrations")
  .map((table) => `alter table auth.${table} enable row level security;`)
  .join("\n");

/** Each runs once, in this order; what was released is never changed, only followed. */
const migrations: Readonly<Record<string, string>> = {
  "stand-in-1-users": users,
  "stand-in-2-sessions": sessions,
  "stand-in-3-one-time-tokens": oneTimeTokens,
  "stand-in-4-functions": functions,
  "stand-in-5-row-security": rowSecurity,
};

/** Brings the schema `auth` to this version; several at once wait for each other. @returns what was run */
export async function migrate(db: Connection): Promise<string[]> {
  await db.query("select pg_advisory_xact_lock(hashtext('auth.schema_migrations'))");
  await db.query("set local client_min_messages = warning");
  await db.query("create table if not exists auth.schema_migrations (version varchar(255) primary key)");
  const { rows } = await db.query<{ version: string }>("select version from auth.schema_migrations");
  const done = new Set(rows.map(({ version }) => version));
  if ([...done].some((version) => !version.startsWith("stand-in-"))) {
    throw new Error("this database was made by GoTrue itself; the stand-in leaves it alone");
  }
  const missing = Object.entries(migrations).filter(([version]) => !done.has(version));
  for (const [version, sql] of missing) {
    await db.query(sql);
    await db.query("insert into auth.schema_migrations values ($1)", [version]);
  }
  return missing.map(([version]) => version);
}
