import type { Client } from "pg";

/** The server's own tables, in whichever schema the login has selected. */
const platform = `
  create table if not exists tenants (
    id uuid primary key default gen_random_uuid(),
    name text,
    external_id text not null unique,
    jwt_secret text,
    jwt_jwks jsonb,
    postgres_cdc_default text default 'postgres_cdc_rls',
    max_concurrent_users integer not null default 200,
    max_events_per_second integer not null default 100,
    max_presence_events_per_second integer not null default 1000,
    max_payload_size_in_kb integer not null default 3000,
    max_bytes_per_second integer not null default 100000,
    max_channels_per_client integer not null default 100,
    max_joins_per_second integer not null default 100,
    suspend boolean default false,
    private_only boolean not null default false,
    presence_enabled boolean not null default false,
    migrations_ran integer default 0,
    inserted_at timestamp not null default now(),
    updated_at timestamp not null default now()
  );
  create table if not exists extensions (
    id uuid primary key default gen_random_uuid(),
    type text,
    settings jsonb,
    tenant_external_id text references tenants (external_id) on delete cascade,
    inserted_at timestamp not null default now(),
    updated_at timestamp not null default now(),
    unique (tenant_external_id, type)
  );`;

const roles = "postgres, anon, authenticated, service_role";

/** What a tenant's database needs: the table that policies are written for, and the functions that SQL sends with. */
const tenant = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'supabase_realtime_admin') then
      create role supabase_realtime_admin nologin noinherit noreplication;
    end if;
  end $$;
  grant supabase_realtime_admin to postgres;
  create table if not exists realtime.messages (
    id uuid not null default gen_random_uuid(),
    topic text not null,
    extension text not null,
    payload jsonb,
    event text,
    private boolean default false,
    updated_at timestamp not null default now(),
    inserted_at timestamp not null default now(),
    primary key (id, inserted_at)
  );
  create index if not exists messages_inserted_at on realtime.messages (inserted_at);
  alter table realtime.messages enable row level security;

  create or replace function realtime.topic() returns text language sql stable
    as $$ select nullif(current_setting('realtime.topic', true), '') $$;

  create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
    returns void language plpgsql as $$
    declare made uuid := gen_random_uuid();
    begin
      perform set_config('realtime.topic', topic, true);
      insert into realtime.messages (id, payload, event, topic, private, extension)
        values (made, jsonb_build_object('id', made) || payload, event, topic, private, 'broadcast');
    exception when others then
      raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
    end $$;

  create or replace function realtime.broadcast_changes(
      topic_name text, event_name text, operation text, table_name text, table_schema text,
      new record, old record, level text default 'ROW')
    returns void language plpgsql as $$
    begin
      if level <> 'ROW' then raise exception 'only triggers of level ROW have rows to tell of'; end if;
      perform realtime.send(
        jsonb_build_object('old_record', old, 'record', new, 'operation', operation,
                           'table', table_name, 'schema', table_schema),
        event_name, topic_name);
    end $$;

  create or replace function realtime.announce_message() returns trigger language plpgsql as $$
    begin
      if new.extension = 'broadcast' and new.event is not null then
        perform pg_notify('realtime_messages', new.id::text);
      end if;
      return null;
    end $$;
  create or replace trigger announce_message after insert on realtime.messages
    for each row execute function realtime.announce_message();

  alter table realtime.messages owner to supabase_realtime_admin;
  grant usage on schema realtime to ${roles}, supabase_realtime_admin;
  grant select, insert, update on realtime.messages to ${roles};
  grant execute on all functions in schema realtime to ${roles};`;

// Two servers that start at once would otherwise meet in the catalogue.
const alone = "select pg_advisory_xact_lock(hashtext('realtime migrations'))";

export const migratePlatform = (client: Client): Promise<void> => inTransaction(client, platform);

export const migrateTenant = (client: Client): Promise<void> => inTransaction(client, tenant);

async function inTransaction(client: Client, statements: string): Promise<void> {
  await client.query("begin");
  await client.query(alone);
  await client.query(statements);
  await client.query("commit");
}
