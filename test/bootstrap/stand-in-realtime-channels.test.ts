import type { RealtimeChannel } from "@supabase/supabase-js";
import { until } from "../support/containers.js";
import { Realtime, token } from "./stand-in-realtime-harness.js";

const realtime = new Realtime();
beforeAll(() => realtime.start(), 120_000);
afterAll(() => realtime.stop(), 60_000);

const anna = { sub: "11111111-1111-1111-1111-111111111111", role: "authenticated" };

/** Joins, and gives back the state that the server answered with. */
function join(channel: RealtimeChannel): Promise<string> {
  return new Promise((resolve) => {
    channel.subscribe((status, error) =>
      resolve(error === undefined ? status : `${status}: ${error.message}`),
    );
  });
}

type Heard = Record<string, unknown>[];

function listening(channel: RealtimeChannel, event = "*"): Heard {
  const heard: Heard = [];
  channel.on("broadcast", { event }, (message) => heard.push(message as Record<string, unknown>));
  return heard;
}

const told = (heard: Heard, count = 1) =>
  until("a message", () => (heard.length >= count ? heard : undefined), 5);

describe("broadcast", () => {
  test("reaches the other client, and the sender where it asked for that", async () => {
    const config = { broadcast: { self: true, ack: true } };
    const [a, b] = [realtime.client().channel("room"), realtime.client().channel("room", { config })];
    const [heardByA, heardByB] = [listening(a), listening(b, "shout")];
    expect(await Promise.all([join(a), join(b)])).toEqual(["SUBSCRIBED", "SUBSCRIBED"]);

    expect(await b.send({ type: "broadcast", event: "shout", payload: { text: "grüezi" } })).toBe("ok");
    expect(await told(heardByA)).toMatchObject([{ event: "shout", payload: { text: "grüezi" } }]);
    expect(await told(heardByB)).toMatchObject([{ event: "shout", payload: { text: "grüezi" } }]);
    await a.send({ type: "broadcast", event: "shout", payload: { text: "back" } });
    await told(heardByB, 2);
    expect(heardByA).toHaveLength(1);
  });

  test("carries bytes as they are", async () => {
    const [a, b] = [realtime.client().channel("bytes"), realtime.client().channel("bytes")];
    const heard = listening(a);
    await Promise.all([join(a), join(b)]);
    await b.send({ type: "broadcast", event: "frame", payload: Uint8Array.from([0, 255, 7]).buffer });
    const [message] = await told(heard);
    expect([...new Uint8Array(message?.["payload"] as ArrayBuffer)]).toEqual([0, 255, 7]);
  });

  test("comes by HTTP, one message or several", async () => {
    const client = realtime.client();
    const listener = realtime.client().channel("news");
    const heard = listening(listener);
    await join(listener);
    expect(await client.channel("news").httpSend("one", { n: 1 })).toMatchObject({ success: true });
    const messages = [{ topic: "news", event: "two", payload: { n: 2 } }];
    expect(await realtime.ask("/api/broadcast", { messages }, token())).toMatchObject({ status: 202 });
    expect(await told(heard, 2)).toMatchObject([
      { event: "one", payload: { n: 1 } },
      { event: "two", payload: { n: 2 } },
    ]);
  });

  test("comes from SQL once the transaction is committed", async () => {
    const listener = realtime.client().channel("sql");
    const heard = listening(listener);
    await join(listener);
    realtime.database.psql("begin; select realtime.send('{\"n\": 1}', 'lost', 'sql', false); rollback;");
    realtime.database.psql("select realtime.send('{\"n\": 2}', 'kept', 'sql', false);");
    expect(await told(heard)).toMatchObject([{ event: "kept", payload: { n: 2 } }]);
  });
});

describe("presence", () => {
  test("is told to who comes, and to who is there", async () => {
    const present = (key: string) => realtime.client().channel("lobby", { config: { presence: { key } } });
    const [a, b] = [present("a"), present("b")];
    const left: string[] = [];
    a.on("presence", { event: "leave" }, ({ key }) => left.push(key));
    b.on("presence", { event: "sync" }, () => undefined);
    await join(a);
    expect(await a.track({ mood: "calm" })).toBe("ok");
    await join(b);
    await b.track({ mood: "glad" });
    const seen = () => Object.keys(b.presenceState()).sort().join();
    await until("both", () => (seen() === "a,b" ? true : undefined), 5);
    expect(b.presenceState()).toMatchObject({ a: [{ mood: "calm" }] });
    await b.untrack();
    await until("b has left", () => (left.includes("b") ? true : undefined), 5);
  });

  test("ends with the connection", async () => {
    const client = realtime.client();
    const [a, b] = [realtime.client().channel("hall"), client.channel("hall")];
    a.on("presence", { event: "sync" }, () => undefined);
    await Promise.all([join(a), join(b)]);
    await b.track({ here: true });
    const count = () => Object.keys(a.presenceState()).length;
    await until("one", () => (count() === 1 ? true : undefined), 5);
    await realtime.leave([client]);
    await until("none", () => (count() === 0 ? true : undefined), 5);
  });
});

describe("private channels", () => {
  const isPrivate = { config: { private: true, broadcast: { ack: true } } };
  const policies = `
    create policy read on realtime.messages for select to authenticated
      using (realtime.topic() = 'club' and extension in ('broadcast', 'presence'));
    create policy write on realtime.messages for insert to authenticated
      with check (realtime.topic() = 'club' and (current_setting('request.jwt.claims')::json->>'sub') = '${anna.sub}');`;

  async function member(claims: Record<string, unknown>) {
    const client = realtime.client();
    await client.realtime.setAuth(token(claims));
    return client.channel("club", isPrivate);
  }

  beforeAll(() => realtime.database.psql(policies));

  test("are closed to whom no policy lets in", async () => {
    expect(await join(realtime.client().channel("club", isPrivate))).toMatch(
      /CHANNEL_ERROR.*Unauthorized: You do not have permissions to read from this Channel topic: club/,
    );
    const elsewhere = realtime.client();
    await elsewhere.realtime.setAuth(token(anna));
    expect(await join(elsewhere.channel("other", isPrivate))).toMatch(/Unauthorized/);
  });

  test("are heard by who may read, and fed by who may write", async () => {
    const [writer, reader] = [await member(anna), await member({ ...anna, sub: "somebody else" })];
    const outsider = realtime.client().channel("club");
    const [heard, unheard, outside] = [listening(reader), listening(writer), listening(outsider)];
    expect(await Promise.all([join(writer), join(reader), join(outsider)])).toEqual(
      Array(3).fill("SUBSCRIBED"),
    );
    expect(await writer.send({ type: "broadcast", event: "hello", payload: {} })).toBe("ok");
    void reader.send({ type: "broadcast", event: "forbidden", payload: {} });
    await writer.httpSend("second", {});
    expect((await told(heard, 2)).map(({ event }) => event)).toEqual(["hello", "second"]);
    await told(unheard);
    expect([unheard.map(({ event }) => event), outside]).toEqual([["second"], []]);
    expect(realtime.database.psql("select count(*) from realtime.messages where topic = 'club'")).toBe("0");
  });
});

test("a channel ends with its token", async () => {
  const client = realtime.client();
  await client.realtime.setAuth(token({ exp: Math.floor(Date.now() / 1000) + 2 }));
  const channel = client.channel("short");
  const system: { message: string }[] = [];
  channel.on("system", {}, (message: { message: string }) => system.push(message));
  expect(await join(channel)).toBe("SUBSCRIBED");
  await until("the end", () => (channel.state === "closed" ? true : undefined), 6);
  expect(system[0]?.message).toMatch(/Token has expired \d seconds ago/);
});

test("a channel outlives its first token with a new one, and ends with a wrong one", async () => {
  const client = realtime.client();
  await client.realtime.setAuth(token({ exp: Math.floor(Date.now() / 1000) + 2 }));
  const channel = client.channel("long");
  await join(channel);
  await client.realtime.setAuth(token(anna));
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(channel.state).toBe("joined");
  await client.realtime.setAuth(token(anna, "another-secret-of-thirty-two-characters"));
  await until("the end", () => (channel.state === "closed" ? true : undefined), 5);
});
