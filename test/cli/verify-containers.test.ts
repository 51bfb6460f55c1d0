import { join } from "node:path";
import { projectRoot } from "../../bootstrap/home.mjs";
import { type Outcome, run } from "../../bootstrap/run.js";
import type { Outputs } from "../../cli/outputs.js";
import { findServices, type ServiceContainer } from "../../cli/services.js";
import { bucketChecks } from "../../cli/verify/bucket.js";
import { type Check, runChecks } from "../../cli/verify/check.js";
import { mailChecks } from "../../cli/verify/mail.js";
import { nameChecks } from "../../cli/verify/names.js";
import { passwordChecks } from "../../cli/verify/passwords.js";
import type { Platform } from "../../cli/verify/platform.js";
import { serviceChecks } from "../../cli/verify/services.js";
import { SmallPlatform } from "./small-platform.js";

describe("looking at real containers", () => {
  let small: SmallPlatform;
  let services: ServiceContainer[];

  beforeAll(async () => {
    small = await SmallPlatform.start("verify");
    const all = await findServices("sobertube");
    services = all.filter(({ label }) => label === `sobertube/${small.stack}`);
  });
  afterAll(() => small.remove());

  const platform = (change: Partial<Outputs> = {}, found = services): Platform => ({
    stack: small.stack,
    outputs: small.outputs(change),
    services: found,
    expected: ["auth", "gateway", "inbucket", "minio", "postgres", "redis", "rest"],
  });
  /** What each check saw, by its name. */
  const seen = async (checks: readonly Check[]): Promise<Record<string, string>> => {
    const results = await runChecks(checks);
    return Object.fromEntries(
      results.map(({ ok, name, seen: text }) => [name, `${ok ? "ok" : "FAILED"}: ${text}`]),
    );
  };
  /** Containers whose auth hands its mail in elsewhere. */
  const mailingTo = (host: string, port = "2500"): ServiceContainer[] =>
    services.map((service) =>
      service.component === "auth"
        ? {
            ...service,
            environment: { ...service.environment, GOTRUE_SMTP_HOST: host, GOTRUE_SMTP_PORT: port },
          }
        : // So that the host is none of the stack's own.
          { ...service, aliases: [] },
    );

  it("asks every service's own health check, and shows the log of one that has ended", async () => {
    await expect(seen(serviceChecks(platform()))).resolves.toEqual({
      auth: "FAILED: does not run: exited, exit code 3; its last log lines:\n  | password authentication failed",
      gateway: "ok: http://localhost:80/",
      inbucket: "ok: http://localhost:9000/",
      minio: "ok: http://localhost:9000/minio/health/live",
      postgres: "ok: pg_isready -U postgres -h localhost -q",
      redis: "ok: redis-cli ping",
      rest: "FAILED: its container is not there",
    });
  });

  it("finds every name inside the network", async () => {
    const found = await seen(nameChecks(platform()));
    expect(Object.keys(found).sort()).toEqual(["auth", "inbucket", "minio", "nginx", "postgres", "redis"]);
    expect(found).toMatchObject({
      auth: "FAILED: its container does not run",
      nginx: expect.stringMatching(/^ok: \d+\.\d+\.\d+\.\d+$/) as string,
    });
  });

  it("logs in to the database and Redis, and is kept out without the password", async () => {
    const [letIn, refused] = ["ok: let in", "ok: refused"];
    await expect(seen(passwordChecks(platform()))).resolves.toEqual({
      "postgres with its password": letIn,
      "postgres with a wrong password": refused,
      "postgres without a password": refused,
      "redis with its password": letIn,
      "redis with a wrong password": refused,
      "redis without a password": refused,
    });
  });

  it("says that a service has another password than the stack, and that a bucket is missing or closed", async () => {
    const [file] = bucketChecks(platform());
    expect(file && (await seen([file]))).toEqual({ "bucket storage": "ok: is there" });
    const others = platform({ postgresPassword: "x", redisPassword: "x", minioPassword: "long enough" });
    expect(await seen(passwordChecks(others))).toMatchObject({
      "postgres with its password": "FAILED: refused: postgres has another password than the stack",
      "redis with its password": "FAILED: refused: redis has another password than the stack",
    });
    const [closed] = bucketChecks(others);
    expect(closed && (await seen([closed]))).toEqual({
      "bucket storage": "FAILED: MinIO refuses the stack's password",
    });
    const [first] = services;
    const storage = first && { ...first, component: "storage", environment: { GLOBAL_S3_BUCKET: "gone" } };
    const [missing] = bucketChecks(platform({}, storage ? [...services, storage] : []));
    expect(missing && (await seen([missing]))).toEqual({ "bucket gone": "FAILED: bucket gone is missing" });
  });

  it("hands a mail in, finds it and removes it", async () => {
    await expect(seen(mailChecks(platform()))).resolves.toEqual({
      "a mail by way of inbucket:2500": "ok: handed in, found and removed",
    });
  });

  it("reads another mail server's greeting and sends nothing, or says why there is none", async () => {
    await expect(seen(mailChecks(platform({}, mailingTo("inbucket"))))).resolves.toEqual({
      "mail server inbucket:2500": expect.stringMatching(/^ok: 220 /) as string,
    });
    const [refused] = Object.values(await seen(mailChecks(platform({}, mailingTo("redis", "25")))));
    expect(refused).toMatch(/^FAILED: no greeting: .*(refused|Failed to connect)/i);
  });

  const command = (args: readonly string[], input?: string): Promise<Outcome> =>
    run(join(projectRoot, "node_modules", ".bin", "tsx"), [join(projectRoot, "cli", "main.ts"), ...args], {
      input,
    });
  const stack = () => ["--stack", small.stack];

  it("runs psql without a password, by arguments or by standard input, and ends as psql does", async () => {
    await expect(command(["psql", ...stack(), "--", "-Atc", "select current_user"])).resolves.toMatchObject({
      code: 0,
      stdout: "postgres",
    });
    await expect(command(["psql", ...stack(), "-At"], "select 40 + 2;\n")).resolves.toMatchObject({
      code: 0,
      stdout: "42",
    });
    await expect(command(["psql", ...stack(), "-c", "select nothing"])).resolves.toMatchObject({ code: 1 });
  });

  it("shows a service's log, and lists the services with their state", async () => {
    await expect(command(["logs", "auth", ...stack()])).resolves.toMatchObject({
      code: 0,
      stderr: "password authentication failed",
    });
    const listed = await command(["logs", ...stack(), "--json"]);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      stack: small.stack,
      services: expect.arrayContaining([
        expect.objectContaining({ name: "auth", state: "exited" }),
        expect.objectContaining({ name: "gateway", state: "running" }),
      ]) as unknown,
    });
    const unknown = await command(["logs", "kong", ...stack()]);
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no service kong.*gateway/) as string,
    });
  });
});
