import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../support/client.js";
import { docker, exec, until } from "../support/containers.js";
import { operator } from "../support/operator.js";
import { createTestStack, type TestStack } from "../support/stack.js";

const services = [
  ...["postgres", "redis", "minio", "rest", "realtime", "auth", "storage", "imgproxy", "edge-functions"],
  ...[
    "inbucket",
    "prometheus",
    "grafana",
    "postgres-exporter",
    "redis-exporter",
    "blackbox-exporter",
    "nginx",
  ],
];

interface Check {
  readonly group: string;
  readonly name: string;
  readonly ok: boolean;
  readonly seen: string;
  readonly mend?: string;
}

describe("a running platform", () => {
  let test: TestStack;
  let ca: string;
  let anonKey: string;
  let minioPassword: string;
  /** Ends the load. */
  const load = new AbortController();
  let loading: Promise<void> | undefined;

  const container = (service: string): string => `${test.prefix}_${service}`;

  const verify = async (): Promise<{ code: number | null; checks: Check[] }> => {
    const { code, stdout } = await operator(test, "verify", "--stack", test.name, "--json");
    return { code, checks: (JSON.parse(stdout) as { checks: Check[] }).checks };
  };
  const failures = async (): Promise<string> => {
    const { checks } = await verify();
    return checks
      .filter(({ ok }) => !ok)
      .map(({ group, name, seen, mend = "" }) => `${group} ${name}: ${seen} (${mend})`)
      .join("\n");
  };
  const isHealthy = (service: string): true | undefined => {
    const check = JSON.parse(
      docker(["inspect", "--format", "{{json .Config.Healthcheck.Test}}", container(service)]),
    ) as string[];
    return exec("docker", ["exec", container(service), ...check.slice(1)]).code === 0 ? true : undefined;
  };

  /** Ten requests a second, to every service in turn; their answers do not matter here. */
  const applyLoad = async (): Promise<void> => {
    const paths = [
      "/rest/v1/",
      "/auth/v1/settings",
      "/storage/v1/status",
      "/functions/v1/health",
      "/realtime/v1/health",
    ];
    for (let turn = 0; !load.signal.aborted; turn += 1) {
      const path = paths[turn % paths.length] ?? "/";
      await ask("https", test.port(8000), path, { ca, headers: { apikey: anonKey } }).catch(() => undefined);
      await sleep(100);
    }
  };

  beforeAll(async () => {
    test = await createTestStack({ slot: 9, config: { exposure: "services", gateway: { http: "serve" } } });
    const { outputs } = await test.stack.up();
    ca = String(outputs.caCertificate?.value);
    anonKey = String(outputs.anonKey?.value);
    minioPassword = String(outputs.minioPassword?.value);
  }, 300_000);
  afterAll(async () => {
    load.abort();
    await loading;
    await test.remove();
  }, 120_000);

  it("passes every check of verify", async () => {
    expect(await failures()).toBe("");
    expect((await verify()).checks.length).toBeGreaterThan(40);
  });

  it.each(services)(
    "has %s back within 10 seconds when its process is killed, under light load",
    async (service) => {
      loading ??= applyLoad();
      const inspect = (format: string): string => docker(["inspect", "--format", format, container(service)]);
      const restarts = Number(inspect("{{.RestartCount}}"));
      process.kill(Number(inspect("{{.State.Pid}}")), "SIGKILL");
      await until(`${service} was started again`, () =>
        Number(inspect("{{.RestartCount}}")) > restarts ? true : undefined,
      );
      await until(`${service} is healthy`, () => isHealthy(service), 10);
    },
  );

  it("is whole again afterwards, and a preview and a refresh show no change", async () => {
    load.abort();
    await loading;
    await until("every check passes", async () => ((await failures()) === "" ? true : undefined), 150);
    const { summary } = await test.stack.refresh();
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);
    const { changeSummary } = await test.stack.preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  });

  it("says that a bucket is missing", async () => {
    const script = `export MC_CONFIG_DIR=/tmp/mc MC_HOST_local='http://minio:${minioPassword}@localhost:9000'
      mc rb --force local/storage`;
    docker(["exec", "-i", container("minio"), "sh", "-s"], { input: script });
    expect(await failures()).toMatch(/bucket.*missing|no bucket/i);
    docker(["exec", "-i", container("minio"), "sh", "-s"], { input: script.replace("rb --force", "mb") });
    await until("every check passes", async () => ((await failures()) === "" ? true : undefined), 30);
  });

  it("says that a service's password is wrong", async () => {
    const psql = (sql: string): string =>
      docker(["exec", "-i", "-u", "postgres", container("postgres"), "psql", "-XAtq"], { input: sql });
    const hash = psql("select rolpassword from pg_authid where rolname = 'supabase_auth_admin'");
    psql("alter role supabase_auth_admin password 'another one'");
    docker(["restart", "--time", "1", container("auth")]);
    expect(await failures()).toMatch(/auth.*password authentication failed for user "supabase_auth_admin"/s);
    psql(`alter role supabase_auth_admin password '${hash}'`);
    await until("every check passes", async () => ((await failures()) === "" ? true : undefined), 60);
  });

  it("says that a service has another JWT secret", async () => {
    const edit = (script: string): void => {
      const image = docker(["inspect", "--format", "{{.Image}}", container("rest")]);
      docker([
        ...["run", "--rm", "--network", "none", "--user", "0:0", "--entrypoint", "sh"],
        ...["--volume", `${container("rest")}-files:/files`, image, "-c", script],
      ]);
      docker(["restart", "--time", "1", container("rest")]);
    };
    edit(
      "cp -p /files/jwt-secret /files/kept && printf '%s' another-secret-of-forty-characters-0123 >/files/jwt-secret",
    );
    await until("rest is healthy", () => isHealthy("rest"));
    expect(await failures()).toMatch(/rest accepts.*JWT secret/);
    edit("mv /files/kept /files/jwt-secret");
    await until("every check passes", async () => ((await failures()) === "" ? true : undefined), 90);
  });
});
