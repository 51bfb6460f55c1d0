import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { localImage } from "../../bootstrap/images/catalog.js";
import {
  address,
  call,
  docker,
  hardened,
  logged,
  ready,
  remove,
  rest,
  runRest,
  secret,
  start,
  token,
  until,
  uri,
  user,
} from "./stand-in-harness.js";

beforeAll(start, 120_000);
afterAll(remove, 60_000);

describe("functions", () => {
  const post = (path: string, body: string) => call(path, { method: "POST", body });

  test.each([
    ["add", '{"a":1,"b":2}', 3],
    ["add", '{"a":1}', 11],
    ["total", '{"numbers":[1,2,3]}', 6],
    ["numbers", "{}", [1, 2, 3]],
    ["setting", "", "3600"],
    ["cheap?select=id&order=id.desc", '{"below":4}', [{ id: 2 }, { id: 1 }]],
  ])("rpc/%s of %s", async (path, body, expected) => {
    expect(await post(`/rpc/${path}`, body)).toMatchObject({ status: 200, json: expected });
  });

  test("by GET, and unknown ones", async () => {
    expect((await call("/rpc/add?a=2&b=3")).json).toBe(5);
    expect(await post("/rpc/add", '{"c":1}')).toMatchObject({ status: 404, json: { code: "PGRST202" } });
  });

  test("the role's own time limit holds", async () => {
    expect(await post("/rpc/nap", "{}")).toMatchObject({ status: 500, json: { code: "57014" } });
  });
});

test("a refused answer undoes its change", async () => {
  const as = token(user);
  const rows = JSON.stringify([20, 21].map((id) => ({ id, owner: user.sub })));
  const headers = { Accept: "application/vnd.pgrst.object+json", Prefer: "return=representation" };
  expect((await call("/notes", { method: "POST", as, body: rows, headers })).status).toBe(406);
  expect((await call("/notes?id=gte.20", { as })).json).toEqual([]);
});

test("the description names what the role may use", async () => {
  const { json } = await call("/");
  expect(json).toMatchObject({
    swagger: "2.0",
    definitions: { open_list: { properties: { id: { type: "integer" } } } },
  });
  expect(json).not.toHaveProperty("definitions.locked");
});

test("a preflight is answered", async () => {
  const headers = { Origin: "https://a.example", "Access-Control-Request-Headers": "apikey" };
  const answer = await call("/open_list", { method: "OPTIONS", headers });
  expect([answer.status, answer.headers.get("access-control-allow-headers")]).toEqual([
    200,
    "Authorization, apikey",
  ]);
});

test("the admin server", async () => {
  expect((await fetch(`${address(rest, 3001)}/live`)).status).toBe(200);
  expect((await fetch(`${address(rest, 3001)}/ready`)).status).toBe(200);
  expect(await (await fetch(`${address(rest, 3001)}/metrics`)).text()).toMatch(/^pgrst_db_pool_max 10$/m);
});

test("a key set holds keys of both kinds", async () => {
  const name = `${rest}-keys`;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const shared = { kty: "oct", alg: "HS256", k: Buffer.from(secret).toString("base64url") };
  const keys = [{ ...publicKey.export({ format: "jwk" }), alg: "ES256", kid: "one" }, shared];
  runRest(name, { PGRST_JWT_SECRET: JSON.stringify({ keys }), PGRST_ADMIN_SERVER_PORT: "3001" });
  await until("the key set's", () => ready(name) === 0);

  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "ES256", kid: "one" })}.${encode(user)}`;
  const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
  const status = async (as: string) =>
    (await fetch(`${address(name, 3000)}/notes`, { headers: { Authorization: `Bearer ${as}` } })).status;
  expect(await status(`${signed}.${signature.toString("base64url")}`)).toBe(200);
  expect(await status(token(user))).toBe(200);
  expect(await status(token(user, "another-secret-of-thirty-two-characters"))).toBe(401);
  expect(await status(`${signed}.${Buffer.alloc(64, 1).toString("base64url")}`)).toBe(401);
});

test("without an address it does not start", () => {
  const { status, stderr } = spawnSync("docker", ["run", "--rm", ...hardened, localImage("rest")], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("PGRST_DB_URI is missing")]);
});

test("with a wrong password it stays up and is not ready", async () => {
  const name = `${rest}-wrong`;
  runRest(name, { PGRST_DB_URI: uri.replace("authpw", "wrongpw"), PGRST_ADMIN_SERVER_PORT: "3001" });
  await until("a second try", () => logged(name).includes("trying again in 2 s"));
  expect(ready(name)).toBe(1);
  expect(docker("inspect", "--format", "{{.State.Running}}", name)).toBe("true");
  expect((await fetch(`${address(name, 3000)}/open_list`)).status).toBe(503);
  expect(logged(name)).not.toContain("wrongpw");
});

test("it says what it is, and ends when told to", () => {
  expect(logged(rest).match(/stand-in for PostgREST/g)).toHaveLength(1);
  const started = Date.now();
  docker("stop", rest);
  expect(Date.now() - started).toBeLessThan(5000);
  expect(docker("inspect", "--format", "{{.State.ExitCode}}", rest)).toBe("0");
});
