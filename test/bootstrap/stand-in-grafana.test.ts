import { docker, exec, until } from "../support/containers.js";
import { environment, Grafana, image, inputs, password } from "./stand-in-grafana-harness.js";

const grafana = new Grafana();
beforeAll(async () => {
  await grafana.start();
  await until("three targets", async () =>
    (await frames("count(up) == 3")).length === 1 ? true : undefined,
  );
}, 120_000);
afterAll(() => grafana.sandbox.remove(), 60_000);

interface Frame {
  readonly schema: { readonly fields: { readonly labels?: Record<string, string>; config: object }[] };
  readonly data: { readonly values: number[][] };
}
interface Result {
  readonly frames?: Frame[];
  readonly error?: string;
}

async function query(expr: string, more: Record<string, unknown> = {}) {
  const asked = { refId: "A", datasource: { uid: "prometheus" }, expr, instant: true, ...more };
  const { status, json } = await grafana.api("/api/ds/query", {
    queries: [asked],
    from: "now-5m",
    to: "now",
  });
  const { frames, error } = (json as { results: { A: Result } }).results.A;
  return { status, frames, error };
}

const frames = async (expr: string) => (await query(expr)).frames ?? [];

test("what is open to everybody", async () => {
  const health = await fetch(grafana.url("/api/health"));
  expect([health.status, await health.json()]).toMatchObject([200, { database: "ok" }]);
  const metrics = await (await fetch(grafana.url("/metrics"))).text();
  expect(metrics).toMatch(/^grafana_build_info\{.*\} 1$/m);
  expect(metrics).toMatch(/^grafana_http_request_duration_seconds_count\{handler="\/api\/health",/m);
});

test.each(["/api/org", "/api/datasources", "/api/search", "/api/dashboards/uid/every-panel"])(
  "%s is not",
  async (path) => {
    expect((await fetch(grafana.url(path))).status).toBe(401);
    expect((await grafana.api(path)).status).toBe(200);
  },
);

describe("signing in", () => {
  test("leads to the dashboards, and out again", async () => {
    const start = await fetch(grafana.url("/"), { redirect: "manual" });
    expect([start.status, start.headers.get("location")]).toEqual([302, "/login"]);
    const { status, cookie } = await grafana.signIn();
    expect([status, cookie]).toEqual([302, expect.stringMatching(/^grafana_session=[0-9a-f]{64}$/)]);
    expect(await grafana.page("/", cookie)).toContain('href="/d/platform-overview"');
    await fetch(grafana.url("/logout"), { headers: { cookie } });
    expect(await grafana.page("/", cookie)).toContain("Sign in");
  });

  test("by the API", async () => {
    const login = (body: unknown) =>
      fetch(grafana.url("/login"), {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
    expect((await login({ user: "admin", password })).status).toBe(200);
    expect((await login({ user: "admin", password: "wrong" })).status).toBe(401);
    expect((await login({ user: "root", password })).status).toBe(401);
    expect((await login(null)).status).toBe(401);
  });

  test("from another site's page is refused", async () => {
    const { cookie } = await grafana.signIn();
    const headers = { cookie, origin: "http://elsewhere.example" };
    expect((await fetch(grafana.url("/api/ds/query"), { method: "POST", headers, body: "{}" })).status).toBe(
      403,
    );
  });
});

describe("the data source", () => {
  test("is described as its file says, and is well", async () => {
    expect(await grafana.api("/api/datasources/uid/prometheus")).toMatchObject({
      status: 200,
      json: {
        name: "Prometheus",
        type: "prometheus",
        url: "http://prometheus:9090",
        isDefault: true,
        readOnly: true,
      },
    });
    expect(await grafana.api("/api/datasources/uid/prometheus/health")).toMatchObject({
      json: { status: "OK" },
    });
    expect((await grafana.api("/api/datasources/uid/other")).status).toBe(404);
  });

  test("answers through the proxy", async () => {
    const answer = await grafana.api("/api/datasources/proxy/uid/prometheus/api/v1/query?query=vector(7)");
    expect(answer).toMatchObject({
      status: 200,
      json: { data: { result: [{ value: [expect.anything(), "7"] }] } },
    });
  });

  test("answers as data frames", async () => {
    const [frame] = await frames('up{job="grafana"}');
    expect(frame?.schema.fields[1]).toMatchObject({ labels: { job: "grafana" } });
    const range = await query("vector(2)", { instant: false, legendFormat: "two" });
    expect(range.frames?.[0]?.schema.fields[1]?.config).toEqual({ displayNameFromDS: "two" });
    const [times = [], values = []] = range.frames?.[0]?.data.values ?? [];
    expect([new Set(values), times.length]).toEqual([new Set([2]), values.length]);
    expect(Number(times[1]) - Number(times[0])).toBe(15_000);
  });

  test("tells what is wrong with a query", async () => {
    expect(await query("sum(")).toMatchObject({
      status: 400,
      error: expect.stringContaining("parse error") as string,
    });
    const nowhere = await grafana.api("/api/ds/query", {
      queries: [{ refId: "A", expr: "up", datasource: { uid: "x" } }],
    });
    expect(nowhere).toMatchObject({ status: 400, json: { results: { A: { status: 404 } } } });
    expect((await grafana.api("/api/ds/query", { queries: [] })).status).toBe(400);
  });
});

describe("a dashboard's page", () => {
  let page: string;
  beforeAll(async () => {
    const { cookie } = await grafana.signIn();
    const written = await grafana.page("/d/every-panel/whatever", cookie);
    page = written.replace(/>\s+/g, ">").replace(/\s+</g, "<").replace(/\s+/g, " ");
  });

  test.each([
    ["its title, escaped", /<h1>Every &lt;panel&gt;<\/h1>/],
    ["rows", /<h2 class="w24">First row<\/h2>[^]*<h2 class="w24">Folded<\/h2>/],
    ["a state in words, by its colour", /class="stat red"><strong>Down<\/strong><span class="muted">nobody</],
    ["the other state", /class="stat green"><strong>Up<\/strong><span class="muted">grafana</],
    ["a gauge in its range", /25 percent of its range[^]*<strong>50%<\/strong>/],
    [
      "lines over time",
      /<svg class="chart"[^]*<polyline class="line\d" points="[\d.]+,[\d.]+ [\d.]+,[\d.]+ /,
    ],
    [
      "series by their legends",
      /<i class="key line\d"><\/i>of grafana<\/th><td class="plain">[1-9]\d* c\/s</,
    ],
    ["panels of folded rows", /three<\/th><td class="plain">3 MiB</],
    ["what is wrong with a query", /class="problem">[^<]*parse error/],
    ["what is not drawn", /A panel of the type text is not drawn/],
    ["what it is", /<footer>Stand-in for Grafana/],
  ])("shows %s", (_, expected) => {
    expect(page).toMatch(expected);
  });

  test("runs no script", async () => {
    const { headers } = await fetch(grafana.url("/login"));
    expect(headers.get("content-security-policy")).toContain("script-src 'none'");
    expect(page).not.toMatch(/<script|style=|onclick/);
  });
});

test("the platform's own dashboard is there", async () => {
  expect(await grafana.api("/api/search?query=overview")).toMatchObject({
    json: [{ uid: "platform-overview", type: "dash-db", url: "/d/platform-overview/platform-overview" }],
  });
  expect(await grafana.page("/d/platform-overview", (await grafana.signIn()).cookie)).toContain("Targets up");
});

test("a health check works inside the container", () => {
  for (const program of [
    ["wget", "-q", "-O", "-"],
    ["curl", "-fsS"],
  ])
    expect(docker(["exec", grafana.container, ...program, "http://localhost:3000/api/health"])).toContain(
      "ok",
    );
});

test("the stored password counts, and can be reset", async () => {
  const run = (more: Record<string, string>) => {
    const container = grafana.sandbox.start(
      image,
      inputs(`second-${Object.keys(more).length}`, { ...environment, ...more }),
      [3000],
    );
    return { container, url: `http://127.0.0.1:${grafana.sandbox.port(container, 3000)}` };
  };
  const signsIn = async ({ url }: { url: string }, given: string) =>
    (
      await until("an answer", () =>
        fetch(`${url}/api/org`, { headers: { authorization: `Basic ${btoa(`admin:${given}`)}` } }),
      )
    ).status;
  const other = { GF_SECURITY_ADMIN_PASSWORD__FILE: "", GF_SECURITY_ADMIN_PASSWORD: "another" };
  expect(await signsIn(run(other), "another")).toBe(401);
  exec(
    "docker",
    [
      "exec",
      "-i",
      grafana.container,
      "grafana",
      "cli",
      "admin",
      "reset-admin-password",
      "--password-from-stdin",
    ],
    { input: "another" },
  );
  expect(await signsIn(run({ ...other, PROMETHEUS: "elsewhere" }), "another")).toBe(200);
});

test("five wrong passwords are enough for a while", async () => {
  for (let i = 0; i < 5; i++) expect((await grafana.signIn("wrong")).status).toBe(401);
  expect((await grafana.signIn()).status).toBe(401);
});

test("it says what it is, and ends when told to", () => {
  expect(grafana.logs().match(/stand-in for Grafana/g)).toHaveLength(1);
  const started = Date.now();
  docker(["stop", grafana.container]);
  expect(Date.now() - started).toBeLessThan(3000);
  expect(docker(["inspect", "--format", "{{.State.ExitCode}}", grafana.container])).toBe("0");
});
