import { docker, exec, until } from "../support/containers.js";
import { ending, isHealthy, Peers, token } from "./stand-in-storage-harness.js";

let peers: Peers;
let missingBucket: string;

beforeAll(async () => {
  peers = new Peers("process");
  await peers.start();
  // It is looked for during half a minute, which the other tests use.
  missingBucket = peers.storage("missing-bucket", { GLOBAL_S3_BUCKET: "absent" });
}, 120_000);
afterAll(() => peers.sandbox.remove(), 60_000);

it("names every variable that is missing, at once", async () => {
  const names = ["DATABASE_URL", "AUTH_JWT_SECRET", "STORAGE_BACKEND", "GLOBAL_S3_BUCKET", "REGION"];
  const more = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  const unset = Object.fromEntries([...names, ...more].map((name) => [name, ""]));
  const { code, output } = await ending(peers.storage("unset", unset));
  expect(code).toBe(1);
  for (const name of [...names, ...more]) expect(output).toContain(name);
});

it("refuses a key of another stack, without showing it", async () => {
  const key = token({ role: "service_role" }, "the-secret-of-quite-another-stack-here");
  const { code, output } = await ending(peers.storage("foreign", { SERVICE_KEY: key }));
  expect([code, output]).toEqual([1, "ERROR: SERVICE_KEY is not a token that the JWT secret has signed"]);
});

it("names the role that the database refuses", async () => {
  const url = "postgres://supabase_storage_admin:wrong-password@postgres:5432/postgres";
  const { code, output } = await ending(peers.storage("refused", { DATABASE_URL: url }));
  expect(code).toBe(1);
  expect(output).toMatch(/ERROR: database postgres at postgres:5432 as role supabase_storage_admin: /);
  expect(output).not.toContain("wrong-password");
});

it("names the bucket whose store refuses the secret", async () => {
  const { code, output } = await ending(peers.storage("denied", { AWS_SECRET_ACCESS_KEY: "not-this-one" }));
  expect(code).toBe(1);
  expect(output).toMatch(/ERROR: bucket storage at http:\/\/minio:9000: the access key is refused/);
  expect(output).not.toContain("not-this-one");
});

it("stops within two seconds, and its migrations run once", async () => {
  await peers.serving("storage");
  const name = `${peers.sandbox.prefix}-storage`;
  expect(exec("docker", ["exec", name, "wget", "-q", "--spider", "http://localhost:5000/status"]).code).toBe(
    0,
  );
  const before = Date.now();
  docker(["stop", name]);
  expect(Date.now() - before).toBeLessThan(3000);
  expect(docker(["inspect", "-f", "{{.State.ExitCode}}", name])).toBe("0");
  docker(["start", name]);
  await until("a second start", () =>
    exec("docker", ["logs", name]).stderr.includes("logged in, 0 migrations ran") ? true : undefined,
  );
});

it("is unhealthy while the bucket or the database is away, and still alive", async () => {
  const url = `http://127.0.0.1:${String(peers.sandbox.port(`${peers.sandbox.prefix}-storage`, 5000))}`;
  await until("health", async () => ((await isHealthy(url)) ? true : undefined));
  for (const peer of [peers.minio, peers.database.container]) {
    docker(["stop", "--time", "1", peer]);
    expect(await isHealthy(url)).toBe(false);
    expect((await fetch(`${url}/status`)).status).toBe(200);
    docker(["start", peer]);
    if (peer === peers.minio) await until("health", async () => ((await isHealthy(url)) ? true : undefined));
  }
});

it("gives up on a bucket that is not there", async () => {
  const { code, output } = await ending(missingBucket);
  expect(code).toBe(1);
  expect(output).toMatch(/ERROR: bucket absent at http:\/\/minio:9000: /);
});
