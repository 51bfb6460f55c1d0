import type { Client } from "pg";
import { Sandbox } from "../support/containers.js";
import { passwords, TestDatabase } from "./postgres.js";

jest.setTimeout(120_000);

const silent = { code: 0, stdout: "", stderr: "" };
const [first, second] = [passwords(1), passwords(2)];

const rows = async (client: Client, sql: string): Promise<unknown[]> =>
  (await client.query<Record<string, unknown>>(sql)).rows;

/** One database's life, in order: each step stands on the one before. */
describe("the preparation of the database", () => {
  let sandbox: Sandbox;
  let database: TestDatabase;

  beforeAll(async () => {
    sandbox = new Sandbox("postgres");
    // The most talkative server: whatever a statement could leave in the log, it does.
    const talkative = ["log_statement=all", "log_min_messages=notice", "log_min_error_statement=error"];
    database = await TestDatabase.start(
      sandbox,
      first,
      talkative.flatMap((setting) => ["-c", setting]),
    );
  });
  afterAll(() => sandbox.remove());

  it("works on an empty database, in silence", async () => {
    expect(await database.prepare(first)).toEqual(silent);
  });

  it("works again on what it made, in silence, and changes no object", async () => {
    const state = (): string =>
      database.psql(`select rolname, rolsuper, rolcanlogin, rolconfig from pg_roles order by 1;
        select nspname, nspowner::regrole, nspacl from pg_namespace where nspname !~ '^pg_' order by 1;
        select roleid::regrole, member::regrole from pg_auth_members order by 1, 2;
        select * from pg_default_acl order by oid;
        select evtname, evtfoid::regproc from pg_event_trigger order by 1`);
    const before = state();
    expect(await database.prepare(first)).toEqual(silent);
    expect(state()).toBe(before);
    expect(before).toContain("supabase_auth_admin");
  });

  const logins = {
    postgres: "postgres",
    supabase_admin: "supabaseAdmin",
    authenticator: "authenticator",
    supabase_auth_admin: "authAdmin",
    supabase_storage_admin: "storageAdmin",
  } as const;

  it.each(Object.entries(logins))(
    "lets %s log in over TCP with its own password alone",
    async (role, key) => {
      const who = (client: Client) => rows(client, "select current_user::text as name");
      expect(await database.as(role, first[key], who)).toEqual([{ name: role }]);
      await expect(database.as(role, second[key], who)).rejects.toThrow("password authentication failed");
    },
  );

  it("lets authenticator become the API's roles, which see new tables by default", async () => {
    database.psql("create table drink (id int primary key); insert into drink values (1)");
    await database.as("authenticator", first.authenticator, async (client) => {
      await expect(client.query("select * from drink")).rejects.toThrow("permission denied");
      for (const role of ["anon", "authenticated", "service_role"]) {
        await client.query(`set role ${role}`);
        expect(await rows(client, "select id, current_user::text as role from drink")).toEqual([
          { id: 1, role },
        ]);
        await client.query("reset role");
      }
      await expect(client.query("set role postgres")).rejects.toThrow("permission denied");
      await expect(client.query("set role supabase_admin")).rejects.toThrow("permission denied");
    });
  });

  it("lets service_role alone pass row-level security", async () => {
    database.psql("alter table drink enable row level security");
    await database.as("authenticator", first.authenticator, async (client) => {
      const seen: Record<string, number> = {};
      for (const role of ["anon", "authenticated", "service_role"]) {
        await client.query(`set role ${role}`);
        seen[role] = (await rows(client, "select * from drink")).length;
      }
      expect(seen).toEqual({ anon: 0, authenticated: 0, service_role: 1 });
    });
  });

  it("bounds what the API's roles may take", () => {
    const settings = (role: string): string =>
      database.psql(`select array_to_string(rolconfig, ' ') from pg_roles where rolname = '${role}'`);
    expect(settings("anon")).toBe("statement_timeout=3s");
    expect(settings("authenticated")).toBe("statement_timeout=8s");
    expect(settings("authenticator")).toBe("statement_timeout=8s lock_timeout=8s");
  });

  it("lets each service make tables in its own schema, which it finds by itself", async () => {
    for (const [role, key, schema] of [
      ["supabase_auth_admin", "authAdmin", "auth"],
      ["supabase_storage_admin", "storageAdmin", "storage"],
    ] as const)
      await database.as(role, first[key], async (client) => {
        await client.query("create table own (id int)");
        expect(await rows(client, "select schemaname from pg_tables where tablename = 'own'")).toContainEqual(
          {
            schemaname: schema,
          },
        );
      });
  });

  it("makes the publication and the slot that Realtime asks for possible", () => {
    expect(database.psql("select pubname from pg_publication")).toBe("supabase_realtime");
    const slot = "select lsn is not null from pg_create_logical_replication_slot('probe', 'wal2json')";
    expect(database.psql(slot)).toBe("t");
    database.psql("alter publication supabase_realtime add table drink; insert into drink values (2)");
    expect(database.psql("select data from pg_logical_slot_get_changes('probe', null, null)")).toContain(
      '"drink"',
    );
    database.psql("select pg_drop_replication_slot('probe')");
  });

  it("tells PostgREST of a table that comes or goes", async () => {
    await database.as("authenticator", first.authenticator, async (client) => {
      await client.query("listen pgrst");
      for (const sql of [
        "create table snack (id int)",
        "alter table snack add name text",
        "drop table snack",
      ]) {
        const told = new Promise<string>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`nothing was told of ${sql}`)), 5_000);
          client.once("notification", ({ channel, payload = "" }) => {
            clearTimeout(timer);
            resolve(`${channel}: ${payload}`);
          });
        });
        database.psql(sql);
        expect(await told).toBe("pgrst: reload schema");
      }
    });
  });

  it("brings new passwords to an old database, and keeps its data", async () => {
    expect(await database.prepare(second)).toEqual(silent);
    const drinks = (client: Client) => rows(client, "select count(*)::int as n from public.drink");
    for (const [role, key] of Object.entries(logins)) {
      await expect(database.as(role, first[key], drinks)).rejects.toThrow("password authentication failed");
      await database.as(role, second[key], (client) => client.query("select 1"));
    }
    expect(await database.as("postgres", second.postgres, drinks)).toEqual([{ n: 2 }]);
  });

  it("works where roles are there already and own things", async () => {
    database.psql(`drop publication supabase_realtime;
      drop schema graphql_public cascade;
      revoke anon from authenticator;
      alter role anon reset all;
      create table auth.users (id int);
      alter table auth.users owner to supabase_auth_admin`);
    expect(await database.prepare(second)).toEqual(silent);
    expect(database.psql("select pubname from pg_publication")).toBe("supabase_realtime");
    expect(database.psql("select pg_has_role('authenticator', 'anon', 'set')")).toBe("t");
    expect(database.psql("select count(*) from auth.users")).toBe("0");
  });

  it("that fails changes nothing, and says why without a password", async () => {
    database.psql("alter role anon rename to nobody");
    database.psql(`create function public.refuse() returns event_trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
      create event trigger refuse on ddl_command_start when tag in ('CREATE PUBLICATION') execute function public.refuse();
      drop publication supabase_realtime`);
    const { code, stderr } = await database.prepare(first);
    expect(code).not.toBe(0);
    expect(stderr).toContain("not now");
    expect(database.psql("select count(*) from pg_roles where rolname = 'anon'")).toBe("0");
    await database.as("authenticator", second.authenticator, (client) => client.query("select 1"));
    for (const secret of Object.values<string>({ ...first }))
      expect(stderr).not.toContain(secret.replaceAll("'", "''"));
    database.psql("drop event trigger refuse; alter role nobody rename to anon");
    expect(await database.prepare(second)).toEqual(silent);
  });

  it("leaves no password in the server's log, however much that server logs", () => {
    const logs = database.logs();
    expect(logs).toContain("create table drink");
    for (const secret of [first, second].flatMap((one) => Object.values<string>({ ...one })))
      for (const written of [secret, secret.replaceAll("'", "''"), secret.replaceAll("'", "''''")])
        expect(logs.includes(written)).toBe(false);
  });
});
