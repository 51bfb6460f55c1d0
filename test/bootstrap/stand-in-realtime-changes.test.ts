import type { RealtimeChannel } from "@supabase/supabase-js";
import { until } from "../support/containers.js";
import { Realtime, token } from "./stand-in-realtime-harness.js";

const realtime = new Realtime();
const anna = "11111111-1111-1111-1111-111111111111";

beforeAll(async () => {
  await realtime.start();
  realtime.database.psql(`
    create table notes (id int primary key, owner uuid, title text, amount numeric, at timestamptz, extra jsonb);
    alter table notes enable row level security;
    create policy own on notes for select to authenticated
      using (owner = (current_setting('request.jwt.claims')::json->>'sub')::uuid);
    create table open_list (id bigint primary key, name text);
    create table unpublished (id int primary key);
    alter publication supabase_realtime add table notes, open_list;`);
}, 120_000);
afterAll(() => realtime.stop(), 60_000);

type Change = Record<string, unknown>;
type Binding = { event: "*"; schema: string; table: string; filter?: string };

/** Joins with one binding, and gives back what the server says of it and what it tells afterwards. */
async function subscribe(channel: RealtimeChannel, binding: Omit<Binding, "event">) {
  const changes: Change[] = [];
  const said = await new Promise<string>((resolve) => {
    channel
      .on("postgres_changes", { event: "*", ...binding }, (change) => changes.push({ ...change }))
      .on("system", {}, ({ status, message }: { status: string; message: string }) =>
        resolve(`${status}: ${message}`),
      )
      .subscribe();
  });
  return { changes, said };
}

async function as(claims: Record<string, unknown>): Promise<RealtimeChannel> {
  const client = realtime.client();
  await client.realtime.setAuth(token(claims));
  return client.channel("changes");
}

const slots = () => realtime.database.psql("select count(*) from pg_replication_slots");

test("a row's life is told, in the types that the table has", async () => {
  const { changes, said } = await subscribe(await as({}), { schema: "public", table: "open_list" });
  expect(said).toBe("ok: Subscribed to PostgreSQL");
  expect(slots()).toBe("1");
  realtime.database.psql("insert into open_list values (9007199254740991, 'ä')");
  realtime.database.psql(
    "update open_list set name = 'b'; delete from open_list; insert into unpublished values (1)",
  );
  await until("three changes", () => (changes.length === 3 ? true : undefined), 5);
  expect(changes).toMatchObject([
    { eventType: "INSERT", table: "open_list", new: { id: 9007199254740991, name: "ä" }, errors: null },
    { eventType: "UPDATE", new: { name: "b" } },
    { eventType: "DELETE", old: { id: 9007199254740991 } },
  ]);
  expect(Date.now() - Date.parse(String(changes[0]?.["commit_timestamp"]))).toBeLessThan(10_000);
});

test("everybody hears of the rows that they may see", async () => {
  const table = { schema: "public", table: "notes" };
  const [own, other, service] = [
    await subscribe(await as({ role: "authenticated", sub: anna }), table),
    await subscribe(await as({ role: "authenticated", sub: anna.replace(/^1/, "2") }), table),
    await subscribe(await as({ role: "service_role" }), table),
  ];
  realtime.database.psql(
    `insert into notes values (1, '${anna}', 'mine', 1.50, '2026-01-02 03:04:05+00', '{"a": [1]}'),
                              (2, null, 'nobody''s', null, null, null)`,
  );
  await until("two changes", () => (service.changes.length === 2 ? true : undefined), 5);
  await until("one change", () => (own.changes.length === 1 ? true : undefined), 5);
  expect(own.changes[0]?.["new"]).toEqual({
    ...{ id: 1, owner: anna, title: "mine", amount: 1.5, at: "2026-01-02T03:04:05+00:00", extra: { a: [1] } },
  });
  expect(other.changes).toEqual([]);
});

test("filters choose rows", async () => {
  const filtered = { schema: "public", table: "open_list", filter: "id=in.(2,3)" };
  const { changes, said } = await subscribe(await as({}), filtered);
  expect(said).toMatch(/^ok/);
  realtime.database.psql("insert into open_list select i, 'n' from generate_series(1, 4) i");
  await until("two changes", () => (changes.length === 2 ? true : undefined), 5);
  expect(changes.map((change) => (change["new"] as { id: number }).id)).toEqual([2, 3]);
});

test.each([
  [{ schema: "public", table: "unpublished" }, /^error: .*Please check Realtime is enabled/],
  [{ schema: "public", table: "open_list", filter: "id=near.1" }, /^error: Error parsing `filter` params/],
  [{ schema: "public", table: "open_list", filter: "nope=eq.1" }, /^error: invalid column for filter nope/],
  [{ schema: "public", table: "open_list", filter: "id=eq.abc" }, /^error: invalid input syntax/],
])("%j is answered with the reason", async (binding, reason) => {
  expect((await subscribe(await as({}), binding)).said).toMatch(reason);
});

test("nothing is read when nobody listens any more", async () => {
  await realtime.leave();
  await until("no slot", () => (slots() === "0" ? true : undefined), 5);
  expect(realtime.logs()).not.toMatch(/error/i);
});
