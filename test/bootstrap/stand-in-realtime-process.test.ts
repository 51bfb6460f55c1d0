import { WebSocket } from "ws";
import { docker, exec, until } from "../support/containers.js";
import {
  environment,
  hardened,
  image,
  metricsSecret,
  Realtime,
  tenant,
  token,
} from "./stand-in-realtime-harness.js";

const realtime = new Realtime();
beforeAll(() => realtime.start(), 120_000);
afterAll(() => realtime.stop(), 60_000);

/** What a WebSocket's handshake is answered with; 101 where it succeeds. */
function handshake(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${realtime.port}${path}`, {
      headers: { Host: `${tenant}.realtime:4000`, ...headers },
    });
    socket.once("open", () => {
      resolve(101);
      socket.close();
    });
    socket.once("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.once("error", () => undefined);
  });
}

const inThePast = Math.floor(Date.now() / 1000) - 60;
const withKey = (key: string, version = "2.0.0") => `/socket/websocket?vsn=${version}&apikey=${key}`;

test.each<[what: string, path: string, headers: Record<string, string>, status: number]>([
  ["the tenant's token", withKey(token()), {}, 101],
  ["version 1", withKey(token(), "1.0.0"), {}, 101],
  ["a token in the header before that in the address", withKey("wrong"), { "x-api-key": token() }, 101],
  ["another secret's token", withKey(token({}, metricsSecret)), {}, 401],
  ["a token that has ended", withKey(token({ exp: inThePast })), {}, 401],
  ["a token without an end", withKey(token({ exp: undefined })), {}, 401],
  ["a token without a role", withKey(token({ role: undefined })), {}, 401],
  ["no token's form", withKey("wrong"), {}, 401],
  ["no token", "/socket/websocket?vsn=2.0.0", {}, 401],
  ["another tenant", withKey(token()), { Host: "realtime.realtime" }, 404],
  ["an unknown version", withKey(token(), "3.0.0"), {}, 403],
  ["another path", `/socket?apikey=${token()}`, {}, 404],
])("a connection with %s", async (_, path, headers, status) => {
  expect(await handshake(path, headers)).toBe(status);
});

test("the health check of the upstream's compose file", () => {
  const url = `http://localhost:4000/api/tenants/${tenant}/health`;
  const curl = (bearer: string) => [
    ...["exec", realtime.container, "curl", "-sSfL", "--head", "-o", "/dev/null"],
    ...["-H", `Authorization: Bearer ${bearer}`, url],
  ];
  expect(exec("docker", curl(token())).code).toBe(0);
  expect(exec("docker", curl(token({}, metricsSecret))).stderr).toContain("403");
});

test("the administration's and the tenant's health", async () => {
  const { status, text } = await realtime.ask(`/api/tenants/${tenant}/health`, undefined, token());
  expect({ status, body: JSON.parse(text) as unknown }).toMatchObject({
    status: 200,
    body: { data: { healthy: true, db_connected: true, replication_connected: true } },
  });
  expect(await realtime.ask("/api/tenants/nobody/health", undefined, token())).toMatchObject({ status: 404 });
  expect(await realtime.ask("/api/ping")).toEqual({ status: 200, text: '{"message":"Success"}' });
  expect(await realtime.ask("/api/ping", undefined, undefined, "nobody.realtime")).toMatchObject({
    status: 401,
  });
});

test("metrics need their own token", async () => {
  expect(await realtime.ask("/metrics")).toMatchObject({ status: 403 });
  expect(await realtime.ask("/metrics", undefined, token())).toMatchObject({ status: 403 });
  const { status, text } = await realtime.ask("/metrics", undefined, token({}, metricsSecret));
  expect(status).toBe(200);
  expect(text).toMatch(new RegExp(`^realtime_connections_connected{tenant="${tenant}"} \\d+$`, "m"));
});

test.each([
  [{ messages: [{ topic: "a", event: "b", payload: {} }] }, token(), 202],
  [{ messages: [{ topic: "a", event: "b", payload: {} }] }, token({}, metricsSecret), 401],
  [{ messages: [{ topic: "a", payload: "text" }] }, token(), 422],
  [{}, token(), 422],
  [{ messages: Array(200).fill({ topic: "a", event: "b", payload: {} }) }, token(), 429],
])("a broadcast by HTTP is answered as it deserves: %#", async (body, bearer, status) => {
  expect(await realtime.ask("/api/broadcast", body, bearer)).toMatchObject({ status });
});

test("what the seed stored is secret, and a second seed replaces it", () => {
  const rows = () =>
    realtime.database.psql(
      "select t.id, jwt_secret || settings from _realtime.tenants t, _realtime.extensions",
    );
  const before = rows();
  expect(before).not.toContain(environment["DB_PASSWORD"]);
  docker([
    "exec",
    realtime.container,
    "sh",
    "-c",
    `set -a; . /run/secrets/realtime/environment; exec /app/bin/realtime eval 'Realtime.Release.seeds(Realtime.Repo)'`,
  ]);
  expect(rows().split("\n")).toHaveLength(1);
  expect(rows()).not.toBe(before);
});

/** Runs the image until it ends, with other variables than the right ones. */
function run(variables: Readonly<Record<string, string>>) {
  const env = Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const options = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--user", hardened.user ?? ""];
  return exec("docker", [
    ...[
      "run",
      "--rm",
      "--network",
      realtime.sandbox.prefix,
      "--security-opt",
      "no-new-privileges",
      ...options,
    ],
    ...[...env, image],
  ]);
}

test("without its variables it does not start, and names each", () => {
  const { code, stderr } = run({ DB_ENC_KEY: "short", API_JWT_JWKS: "[]" });
  expect(code).toBe(1);
  expect(stderr.match(/ERROR: \w+ is missing/g)).toHaveLength(9);
  expect(stderr).toContain("DB_ENC_KEY has 5 characters, expected exactly 16 characters");
  expect(stderr).toContain('API_JWT_JWKS is not a key set of the form {"keys":[…]}');
});

test("with a wrong password it does not start, and names the role and the host", () => {
  const { code, stderr } = run({ ...environment, DB_PASSWORD: "not-the-password" });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("cannot log in as supabase_admin at postgres:5432"),
  ]);
  expect(stderr).not.toContain("not-the-password");
});

test("with another key than the stored tenant's it does not start", () => {
  const { code, stderr } = run({ ...environment, DB_ENC_KEY: "another-16-bytes", SEED_SELF_HOST: "" });
  expect([code, stderr]).toEqual([1, expect.stringContaining("was stored under another DB_ENC_KEY")]);
});

test("it comes to rest", async () => {
  const ticks = "cat /proc/[0-9]*/stat | awk '/node/ {s += $14 + $15} END {print s}'";
  const used = () => Number(docker(["exec", realtime.container, "sh", "-c", ticks]));
  await until(
    "two seconds with a hundredth of one at most",
    async () => {
      const before = used();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return used() - before <= 1 ? true : undefined;
    },
    20,
  );
});

test("it turns unhealthy without its database, and recovers", async () => {
  docker(["pause", realtime.database.container]);
  try {
    await until(
      "unhealthy",
      async () => ((await realtime.ask("/healthcheck")).status === 503 ? true : undefined),
      15,
    );
  } finally {
    docker(["unpause", realtime.database.container]);
  }
  await until(
    "healthy",
    async () => ((await realtime.ask("/healthcheck")).status === 200 ? true : undefined),
    15,
  );
}, 60_000);

test("it says what it is, and ends within two seconds though clients are connected", async () => {
  const client = realtime.client();
  await new Promise((resolve) => client.channel("last").subscribe(resolve));
  expect(realtime.logs().match(/stand-in for Supabase Realtime/g)).toHaveLength(1);
  const started = Date.now();
  docker(["stop", realtime.container]);
  expect(Date.now() - started).toBeLessThan(3000);
  expect(docker(["inspect", "--format", "{{.State.ExitCode}}", realtime.container])).toBe("0");
});
