import { localImage } from "../../bootstrap/images/catalog.js";
import { Sandbox, until } from "../support/containers.js";
import { hardened, putFiles, within } from "./image-sandbox.js";

const address = "redis://redis:6379";
let sandbox: Sandbox;

const scraped = (exporter: string) =>
  within(exporter, "wget", "-q", "-O", "-", "http://localhost:9121/metrics");

function start(name: string, volume: string): string {
  return sandbox.start(localImage("redisExporter"), {
    name,
    ...hardened,
    user: "59000:59000",
    envs: [`REDIS_ADDR=${address}`, "REDIS_PASSWORD_FILE=/run/secrets/redis-exporter/passwords.json"],
    mounts: [{ source: volume, target: "/run/secrets/redis-exporter", readOnly: true }],
  });
}

beforeAll(async () => {
  sandbox = new Sandbox("redis-exporter");
  const redis = sandbox.start(localImage("redis"), {
    name: "redis",
    ...hardened,
    user: "999:999",
    networksAdvanced: [{ aliases: ["redis"] }],
    command: ["redis-server", "--requirepass", "right", "--save", ""],
  });
  for (const password of ["right", "wrong"]) {
    const passwords = JSON.stringify({ [address]: password });
    await putFiles(sandbox, password, "59000:59000", { "passwords.json": passwords });
  }
  await until("redis", () => within(redis, "redis-cli", "ping").stdout.includes("NOAUTH") || undefined);
});
afterAll(() => sandbox.remove());

test("with the password of its file, by address, it shows what Redis says", async () => {
  const exporter = start("exporter", "right");
  const { stdout } = await until("metrics", () => {
    const outcome = scraped(exporter);
    return outcome.code === 0 ? outcome : undefined;
  });
  expect(stdout).toMatch(/^redis_up 1$/m);
  expect(stdout).toMatch(/^redis_memory_used_bytes \d/m);
  expect(stdout).toMatch(/^redis_instance_info\{.*redis_version="8\.0/m);
  expect(within(exporter, "wget", "-q", "-O", "/dev/null", "http://localhost:9121/").code).toBe(0);
});

test("with a wrong one it stays up and says that Redis is down", async () => {
  const exporter = start("wrong", "wrong");
  await until("metrics", () => /^redis_up 0$/m.test(scraped(exporter).stdout) || undefined);
});
