/** Roles as on the platform, and tables and functions of every kind that the tests ask for. */
export const schema = (owner: string) => `
  create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;
  create role authenticator noinherit login password 'authpw';
  grant anon, authenticated, service_role to authenticator;
  alter role anon set statement_timeout = '500ms';
  create schema private; create schema other; grant usage on schema other to anon;
  create table notes (id int primary key, owner uuid, title text unique, tags text[], done boolean default false);
  alter table notes enable row level security;
  create policy own on notes to authenticated
    using (owner = (current_setting('request.jwt.claims')::json->>'sub')::uuid);
  create table open_list (id serial primary key, name text, amount numeric);
  insert into open_list (name, amount) select 'item ' || i, i * 1.5 from generate_series(1, 20) i;
  create table locked (id int);
  create table other.things (id int); insert into other.things values (7);
  grant select, insert, update, delete on notes to authenticated; grant select on notes to anon;
  grant select on open_list, other.things to anon; grant all on notes, open_list to service_role;
  grant usage on sequence open_list_id_seq to service_role;
  insert into notes values (1, '${owner}', 'mine'), (2, gen_random_uuid(), 'theirs');
  create function add(a int, b int default 10) returns int language sql as 'select a + b';
  create function total(numbers int[]) returns bigint language sql as 'select sum(n) from unnest(numbers) n';
  create function cheap(below numeric) returns setof open_list language sql stable
    as 'select * from open_list where amount < below';
  create function numbers() returns setof int language sql as 'select generate_series(1, 3)';
  create function nap() returns void language sql as 'select pg_sleep(3)';
  create function setting() returns text language sql as $$select current_setting('app.settings.jwt_exp')$$;
`;
