import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation";
import { metricsTargets, probeTargets } from "../../components/monitoring/targets.js";
import { ask } from "../support/client.js";
import { until } from "../support/containers.js";
import { changesOf, createTestStack, docker, labelled, type TestStack } from "../support/stack.js";

/** Every container of the platform that runs. */
const names = [
  ...[
    "nginx",
    "postgres",
    "redis",
    "minio",
    "rest",
    "realtime",
    "auth",
    "storage",
    "imgproxy",
    "edge-functions",
  ],
  ...["inbucket", "prometheus", "grafana", "postgres-exporter", "redis-exporter", "blackbox-exporter"],
];

const dev = {
  exposure: "services",
  gateway: { http: "serve", http3: "on", csp: "relaxed", cors: { origins: ["*"] } },
};

/** The life of one stack, in order: each step stands on the one before. */
describe("a stack", () => {
  let test: TestStack;
  let outputs: OutputMap;

  const output = (name: string): string => String(outputs[name]?.value);
  const psql = (...args: string[]): string =>
    docker(
      "exec",
      "--user",
      "postgres",
      `${test.prefix}_postgres`,
      "psql",
      "-XAtU",
      "postgres",
      "-d",
      "postgres",
      ...args,
    );
  const up = async (): Promise<string[]> => {
    const events: EngineEvent[] = [];
    ({ outputs } = await test.stack.up({ onEvent: (event) => events.push(event) }));
    return changesOf(events);
  };
  const expectNoChanges = async (): Promise<void> => {
    const { changeSummary } = await test.stack.preview({ expectNoChanges: true });
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  };

  beforeAll(async () => {
    test = await createTestStack({ slot: 1, config: dev });
  });
  afterAll(() => test.remove());

  it("comes up", async () => {
    const changes = await up();
    expect(changes.filter((change) => !change.endsWith(" create"))).toEqual([]);
    expect(labelled(`sobertube/${test.name}`)).toEqual({
      containers: expect.arrayContaining(names.map((name) => `t1_${name}`)) as string[],
      networks: ["t1_network"],
      volumes: expect.arrayContaining(["t1_postgres_data", "t1_postgres_config"]) as string[],
    });
  });

  it("serves the API over HTTPS with a certificate of its own authority", async () => {
    const answer = await ask("https", test.port(8000), "/health", {
      ca: output("caCertificate"),
      host: "api.sobertube.local",
    });
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  it("serves the landing page on 443, under the domain and on localhost", async () => {
    for (const host of ["sobertube.local", "localhost"]) {
      const answer = await ask("https", test.port(443), "/", { ca: output("caCertificate"), host });
      expect(answer.status).toBe(200);
      expect(answer.body).toContain(`https://api.sobertube.local:${String(test.port(8000))}`);
    }
  });

  it("has no content for a name that is not its own", async () => {
    const answer = await ask("https", test.port(443), "/", {
      ca: output("caCertificate"),
      host: "localhost",
      headers: { host: "elsewhere.example" },
    });
    expect(answer.status).toBe(421);
  });

  it("points plain HTTP to HTTPS, method and body kept", async () => {
    const answer = await ask("http", test.port(80), "/a?b=c", { host: "sobertube.local", method: "POST" });
    expect(answer.status).toBe(308);
    expect(answer.headers.location).toBe(`https://sobertube.local:${String(test.port(443))}/a?b=c`);
  });

  it("lets a known key through to the database, and no other", async () => {
    psql(
      "-qc",
      "create table drink (id int primary key, name text); grant select on drink to anon; insert into drink values (1, 'water')",
    );
    const rows = (headers: Record<string, string>) =>
      ask("http", test.port(8080), "/rest/v1/drink?select=name", { headers });
    await expect(rows({ apikey: output("anonKey") })).resolves.toMatchObject({
      status: 200,
      body: '[{"name":"water"}]',
    });
    await expect(rows({ apikey: "guessed" })).resolves.toMatchObject({ status: 401 });
    await expect(rows({})).resolves.toMatchObject({ status: 401 });
  });

  it("publishes the service itself on loopback", async () => {
    await expect(ask("http", test.port(3000), "/drink")).resolves.toMatchObject({ status: 200 });
  });

  it("has metrics of every service, and a dashboard without an empty panel", async () => {
    const query = async (
      expression: string,
    ): Promise<{ metric: Record<string, string>; value: unknown[] }[]> => {
      const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
      const { body } = await ask("http", test.port(9090), path);
      return (
        JSON.parse(body) as { data: { result: { metric: Record<string, string>; value: unknown[] }[] } }
      ).data.result;
    };
    await until("every target is up", async () => (await query("up == 0")).length === 0 || undefined, 60);
    expect((await query("up")).length).toBe(
      metricsTargets({ realtime: "", minio: "" }, {}).length + probeTargets.length,
    );
    // A probe's first answer may be from before its service was up; the next comes 15 seconds later.
    await until(
      "every probe succeeds",
      async () => (await query("probe_success == 0")).length === 0 || undefined,
      60,
    );
    expect((await query("probe_success == 1")).map(({ metric }) => metric.service).sort()).toEqual(
      probeTargets.map(({ service }) => service).sort(),
    );
    const authorization = `Basic ${Buffer.from(`admin:${output("grafanaPassword")}`).toString("base64")}`;
    const { body } = await ask("http", test.port(3001), "/api/dashboards/uid/platform-overview", {
      headers: { authorization },
    });
    const { dashboard } = JSON.parse(body) as { dashboard: { panels: { targets?: { expr: string }[] }[] } };
    const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(12);
    for (const expression of expressions)
      await until(
        `data for ${expression}`,
        async () => (await query(expression)).length > 0 || undefined,
        90,
      );
  }, 240_000);

  it("refuses a login to the database with a wrong password, and without one", () => {
    const login = (password: string): string =>
      docker(
        "run",
        "--rm",
        "--network",
        "t1_network",
        "--env",
        `PGPASSWORD=${password}`,
        "--entrypoint",
        "psql",
        docker("inspect", "--format", "{{.Image}}", "t1_postgres"),
        "-XAtwh",
        "postgres",
        "-U",
        "postgres",
        "-c",
        "select 'in'",
      );
    expect(login(output("postgresPassword"))).toBe("in");
    expect(() => login("wrong")).toThrow(/password authentication failed/);
    expect(() => login("")).toThrow(/no password supplied/);
  });

  it("keeps its secrets out of what the engine shows", () => {
    const secrets = [output("postgresPassword"), output("serviceRoleKey")];
    const shown = labelled(`sobertube/${test.name}`).containers.map(
      (name) => docker("inspect", name) + docker("logs", name),
    );
    for (const secret of secrets) expect(shown.join()).not.toContain(secret);
  });

  it("shows no change in the next preview", expectNoChanges);

  it("shows none after a refresh either", async () => {
    const { summary } = await test.stack.refresh();
    expect(summary.resourceChanges).toEqual({ same: expect.any(Number) as number });
    await expectNoChanges();
  });

  it("changes only the gateway's configuration when a setting of the gateway changes", async () => {
    const started = docker("inspect", "--format", "{{.State.StartedAt}}", "t1_nginx");
    await test.set("gateway", { ...dev.gateway, http: "redirect" });
    expect(await up()).toEqual(["gateway-delivery update"]);
    expect(docker("inspect", "--format", "{{.State.StartedAt}}", "t1_nginx")).toBe(started);
    const answer = await ask("http", test.port(8080), "/rest/v1/drink");
    expect(answer.status).toBe(308);
    expect(answer.headers.location).toBe(
      `https://api.sobertube.local:${String(test.port(8000))}/rest/v1/drink`,
    );
  });

  it("rotates a password by its generation, against the existing database", async () => {
    const before = docker("inspect", "--format", "{{.Id}}", "t1_postgres");
    await test.set("generations", { authenticator: 2 });
    const changes = await up();
    expect(changes.map((change) => change.split(" ")[0]).filter((name) => name !== "")).toEqual(
      expect.arrayContaining(["credentials-authenticator", "postgres-prepare-command", "rest-container"]),
    );
    expect(changes.filter((change) => /postgres-(container|data)|gateway|authority/.test(change))).toEqual(
      [],
    );
    expect(docker("inspect", "--format", "{{.Id}}", "t1_postgres")).toBe(before);
    const answer = await ask("https", test.port(8000), "/rest/v1/drink", {
      ca: output("caCertificate"),
      headers: { apikey: output("anonKey") },
    });
    expect(answer).toMatchObject({ status: 200, body: '[{"id":1,"name":"water"}]' });
    await expectNoChanges();
  });

  it("leaves nothing behind when it is destroyed", async () => {
    await test.stack.destroy();
    expect(labelled(`sobertube/${test.name}`)).toEqual({ containers: [], networks: [], volumes: [] });
    expect(
      ((await test.stack.exportStack()).deployment as { resources?: unknown[] }).resources ?? [],
    ).toEqual([]);
  });
});
