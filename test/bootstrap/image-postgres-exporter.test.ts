import { localImage } from "../../bootstrap/images/catalog.js";
import { Sandbox, until } from "../support/containers.js";
import { hardened, putFiles, within } from "./image-sandbox.js";

let sandbox: Sandbox;

const scraped = (exporter: string) =>
  within(exporter, "wget", "-q", "-O", "-", "http://localhost:9187/metrics");

function start(name: string, volume: string): string {
  return sandbox.start(localImage("postgresExporter"), {
    name,
    ...hardened,
    user: "65534:65534",
    envs: [
      "DATA_SOURCE_URI=postgres:5432/postgres?sslmode=disable",
      "DATA_SOURCE_USER=monitor",
      "DATA_SOURCE_PASS_FILE=/run/secrets/postgres-exporter/password",
    ],
    mounts: [{ source: volume, target: "/run/secrets/postgres-exporter", readOnly: true }],
  });
}

beforeAll(async () => {
  sandbox = new Sandbox("postgres-exporter");
  const postgres = sandbox.start(localImage("postgres"), {
    name: "postgres",
    envs: ["POSTGRES_PASSWORD=superpw"],
    networksAdvanced: [{ aliases: ["postgres"] }],
  });
  for (const password of ["right", "wrong"]) {
    await putFiles(sandbox, password, "65534:65534", { password });
  }
  await until(
    "postgres",
    () => within(postgres, "pg_isready", "-q", "-h", "localhost").code === 0 || undefined,
  );
  const role = "create role monitor login password 'right'; grant pg_monitor to monitor";
  expect(
    within(postgres, "env", "PGPASSWORD=superpw", "psql", "-h", "localhost", "-U", "postgres", "-c", role),
  ).toMatchObject({ code: 0 });
});
afterAll(() => sandbox.remove());

test("with the password of its file it shows what the database says", async () => {
  const exporter = start("exporter", "right");
  const { stdout } = await until("metrics", () => {
    const outcome = scraped(exporter);
    return outcome.code === 0 ? outcome : undefined;
  });
  expect(stdout).toMatch(/^pg_up 1$/m);
  expect(stdout).toMatch(/^pg_database_size_bytes\{datname="postgres"\} \d/m);
  expect(stdout).toMatch(/^pg_stat_activity_count\{/m);
  expect(within(exporter, "wget", "-q", "-O", "/dev/null", "http://localhost:9187/").code).toBe(0);
});

test("with a wrong one it stays up and says that the database is down", async () => {
  const exporter = start("wrong", "wrong");
  await until("metrics", () => /^pg_up 0$/m.test(scraped(exporter).stdout) || undefined);
});
