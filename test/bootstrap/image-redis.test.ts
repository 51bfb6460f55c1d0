import { localImage } from "../../bootstrap/images/catalog.js";
import { docker, Sandbox, until } from "../support/containers.js";
import { hardened, putFiles, runOnce, within } from "./image-sandbox.js";

const password = "a-password";
const configuration = `bind * -::*\nrequirepass ${password}\ndir /data\nappendonly yes\n`;
let sandbox: Sandbox;
let redis: string;

const asUser = (...command: string[]) =>
  within(redis, "env", `REDISCLI_AUTH=${password}`, "redis-cli", ...command);
const answers = () => until("an answer", () => asUser("ping").stdout === "PONG" || undefined);

beforeAll(async () => {
  sandbox = new Sandbox("redis");
  await putFiles(sandbox, "conf", "999:999", { "redis.conf": configuration });
  redis = sandbox.start(localImage("redis"), {
    name: "redis",
    ...hardened,
    user: "999:999",
    command: ["redis-server", "/run/secrets/redis/redis.conf"],
    mounts: [
      { source: "conf", target: "/run/secrets/redis", readOnly: true },
      { source: "data", target: "/data" },
    ],
  });
  await answers();
});
afterAll(() => sandbox.remove());

test("without the password of its file it refuses, with it it answers", () => {
  expect(within(redis, "redis-cli", "ping").stdout).toContain("NOAUTH");
  expect(within(redis, "env", "REDISCLI_AUTH=wrong", "redis-cli", "ping").stderr).toContain("WRONGPASS");
  expect(asUser("ping").stdout).toBe("PONG");
});

test("what it was told is there after a restart, for its own user alone", async () => {
  expect(asUser("set", "key", "value").stdout).toBe("OK");
  docker(["restart", redis]);
  await answers();
  expect(asUser("get", "key").stdout).toBe("value");
  const files = within(redis, "find", "/data/appendonlydir", "-type", "f", "-printf", "%u:%g %m\n").stdout;
  expect(new Set(files.split("\n"))).toEqual(new Set(["redis:redis 600"]));
});

test("it ends when told to", () => {
  docker(["stop", redis]);
  expect(docker(["inspect", "--format", "{{.State.ExitCode}}", redis])).toBe("0");
  docker(["start", redis]);
});

test("started as root it gives itself the data folder and becomes its user", async () => {
  const capabilities = { adds: ["CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"], drops: ["ALL"] };
  const rooted = sandbox.start(localImage("redis"), { name: "rooted", ...hardened, capabilities });
  await until("an answer", () => within(rooted, "redis-cli", "ping").stdout === "PONG" || undefined);
  expect(within(rooted, "stat", "--format", "%U", "/proc/1", "/data").stdout).toBe("redis\nredis");
});

test("options alone are redis-server's, other programs are run as they are", () => {
  expect(runOnce("redis", "--version").stdout).toContain("Redis server v=8.0");
  expect(runOnce("redis", "redis-cli", "--version").stdout).toContain("redis-cli 8.0");
});
