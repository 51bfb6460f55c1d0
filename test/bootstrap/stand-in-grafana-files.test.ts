import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { appearance } from "../../bootstrap/images/stand-in/grafana/appearance.js";
import { seriesName } from "../../bootstrap/images/stand-in/grafana/names.js";
import { interpolate } from "../../bootstrap/images/stand-in/grafana/prometheus.js";
import { readProvisioning } from "../../bootstrap/images/stand-in/grafana/provisioning.js";
import { moment } from "../../bootstrap/images/stand-in/grafana/query.js";
import { readSettings } from "../../bootstrap/images/stand-in/grafana/settings.js";
import { format } from "../../bootstrap/images/stand-in/grafana/units.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "grafana-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe("settings", () => {
  const good = () => ({ GF_SECURITY_ADMIN_PASSWORD: "secretpw", GF_PATHS_DATA: folder });

  test("defaults", () => {
    expect(readSettings(good())).toEqual({
      host: "0.0.0.0",
      port: 3000,
      basePath: "",
      servedBelow: false,
      admin: { user: "admin", password: "secretpw" },
      anonymous: false,
      secureCookie: false,
      metrics: true,
      dataPath: folder,
      provisioningPath: "/etc/grafana/provisioning",
    });
  });

  test("the password comes from a file, and any other value may", () => {
    const settings = readSettings({
      GF_PATHS_DATA: folder,
      GF_SECURITY_ADMIN_PASSWORD__FILE: write("password", "from a file\n"),
      GF_SERVER_ROOT_URL__FILE: write("url", "https://example.org/grafana/\n"),
    });
    expect(settings).toMatchObject({ admin: { password: "from a file" }, basePath: "/grafana" });
  });

  test.each<[values: Record<string, string>, problem: string]>([
    [{ GF_SECURITY_ADMIN_PASSWORD: "" }, "GF_SECURITY_ADMIN_PASSWORD is missing"],
    [{ GF_SECURITY_ADMIN_PASSWORD__FILE: "/nowhere" }, "Both GF_SECURITY_ADMIN_PASSWORD and"],
    [{ GF_SERVER_HTTP_PORT: "many" }, "GF_SERVER_HTTP_PORT is"],
    [{ GF_SERVER_ROOT_URL: "grafana" }, "GF_SERVER_ROOT_URL is"],
    [{ GF_AUTH_ANONYMOUS_ENABLED: "maybe" }, "GF_AUTH_ANONYMOUS_ENABLED is"],
    [{ GF_ANALYTICS_REPORTING_ENABLED: "0" }, "GF_ANALYTICS_REPORTING_ENABLED is"],
    [{ GF_PATHS_DATA: "/nowhere" }, "GF_PATHS_DATA is"],
  ])("%j is refused", (values, problem) => {
    const problems = readSettings({ ...good(), ...values });
    expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
    expect(JSON.stringify(problems)).not.toContain("secretpw");
  });

  test("all mistakes are told at once", () => {
    expect(readSettings({ GF_PATHS_DATA: "/nowhere", GF_SERVER_HTTP_PORT: "0" })).toHaveLength(3);
  });
});

describe("provisioning", () => {
  const source = (more = "") =>
    `apiVersion: 1\ndatasources:\n  - {name: P, type: prometheus, url: "http://$HOST:9090"${more}}\n`;
  const provider = () =>
    `apiVersion: 1\nproviders:\n  - {name: a, options: {path: ${join(folder, "json")}}}\n`;
  const read = () => readProvisioning(folder, { HOST: "prometheus", KEY: "k" });

  test("files are read, and variables and files in them filled in", () => {
    write(
      "datasources/a.yaml",
      source(
        ', uid: p, isDefault: true, user: "$$x ${KEY} $__env{KEY}", secureJsonData: {a: "$__file{' +
          write("secret", "s3\n") +
          '}"}',
      ),
    );
    write("dashboards/a.yml", provider());
    write(
      "json/deeper/one.json",
      '{"title": "One", "panels": [{"type": "row", "panels": [{"type": "stat"}]}]}',
    );
    expect(read()).toMatchObject({
      datasources: [{ uid: "p", url: "http://prometheus:9090", user: "$x k k", secureJsonData: { a: "s3" } }],
      dashboards: [{ uid: expect.stringMatching(/^[0-9a-f]{14}$/) as string, dashboard: { title: "One" } }],
    });
  });

  test("nothing is provisioned where nothing is", () => {
    expect(read()).toEqual({ datasources: [], dashboards: [] });
  });

  test.each<[file: string, content: string, problem: string]>([
    ["datasources/a.yaml", "apiVersion: 2\n", "apiVersion"],
    ["datasources/a.yaml", "a: [", "a.yaml"],
    ["datasources/a.yaml", "apiVersion: 1\ndatasources:\n  - {type: prometheus}\n", "datasources.0.name"],
    [
      "datasources/a.yaml",
      "apiVersion: 1\ndatasources:\n  - {name: a, type: prometheus, isDefault: 3}\n",
      "isDefault",
    ],
    [
      "datasources/a.yaml",
      `${source(", isDefault: true")}${source(", isDefault: true").split("\n")[2]}`,
      "only one",
    ],
    ["dashboards/a.yaml", "apiVersion: 1\nproviders:\n  - {name: a}\n", "providers.0.options"],
    [
      "dashboards/a.yaml",
      "apiVersion: 1\nproviders:\n  - {name: a, options: {path: /nowhere}}\n",
      "/nowhere",
    ],
    ["json/one.json", '{"uid": "one"}', "title"],
    ["json/one.json", "{", "one.json"],
    [
      "json/one.json",
      '{"title": "a", "panels": [{"type": "stat", "targets": [{"expr": 1}]}]}',
      "panels.0.targets.0.expr",
    ],
  ])("%s with %j is refused", (file, content, problem) => {
    mkdirSync(join(folder, "json"));
    write("dashboards/a.yaml", provider());
    write(file, content);
    const problems = read();
    expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
    expect(JSON.stringify(problems)).toContain(folder);
  });

  test("two dashboards cannot have the same uid", () => {
    write("dashboards/a.yaml", provider());
    for (const name of ["one", "two"]) write(`json/${name}.json`, '{"title": "a", "uid": "same"}');
    expect(read()).toEqual(["the dashboard uid same is used twice"]);
  });
});

test.each<[value: number | null, unit: string | undefined, text: string]>([
  [null, "short", "No data"],
  [0, undefined, "0"],
  [1234, "short", "1.23 K"],
  [-2_500_000, "short", "-2.5 Mil"],
  [1536, "bytes", "1.5 KiB"],
  [1024, "bytes", "1 KiB"],
  [1500, "decbytes", "1.5 kB"],
  [0.256, "percentunit", "25.6%"],
  [99.95, "percent", "100%"],
  [0.0123, "s", "12.3 ms"],
  [90, "s", "1.5 min"],
  [7200, "s", "2 hours"],
  [1500, "ms", "1.5 s"],
  [0, "s", "0 s"],
  [1234, "reqps", "1.23K req/s"],
  [0.5, "reqps", "0.5 req/s"],
  [12.34, "ops", "12.3 ops/s"],
  [7, "parsec", "7 parsec"],
  [123456, "none", "123456"],
])("%p as %s is %s", (value, unit, text) => {
  expect(format(value, unit)).toBe(text);
});

test("decimals are as the panel asks for", () => {
  expect([format(1.23456, "none", 3), format(5, "percent", 1)]).toEqual(["1.235", "5.0%"]);
});

test.each([
  [0, { text: "Off", tone: "red" }],
  [5, { text: "some", tone: "plain" }],
  [90, { text: "90%", tone: "yellow" }],
  [null, { text: "-", tone: "plain" }],
])("%p looks as mapped, and else as its threshold says", (value, expected) => {
  const config = {
    unit: "percent",
    thresholds: {
      steps: [
        { value: null, color: "green" },
        { value: 80, color: "dark-yellow" },
      ],
    },
    mappings: [
      { type: "value", options: { "0": { text: "Off", color: "red" } } },
      { type: "range", options: { from: 1, to: 9, result: { text: "some", color: "#fff" } } },
      { type: "special", options: { match: "null", result: { text: "-", color: "text" } } },
    ],
  };
  expect(appearance(value, config)).toEqual(expected);
});

test("series have names as legends or PromQL have them", () => {
  const series = { labels: { __name__: "up", job: "a" }, points: [] };
  expect(seriesName(series, "of {{ job }}{{nothing}}", "up")).toBe("of a");
  expect(seriesName(series, "__auto", "up")).toBe('up{job="a"}');
  expect(seriesName({ labels: {}, points: [] }, undefined, "sum(up)")).toBe("sum(up)");
});

test("global and own variables are filled in", () => {
  const range = { start: 0, end: 3600, step: 60 };
  const filled = interpolate(
    'rate(a{b=~"$own"}[$__rate_interval]) + ${__interval_ms} + $__range + $x',
    range,
    15,
    { own: ".*" },
  );
  expect(filled).toBe('rate(a{b=~".*"}[75s]) + 60000 + 3600s + $x');
});

test.each([
  ["now", 1000],
  ["now-5m", 700],
  ["1700000000000", 1_700_000_000],
  ["yesterday", NaN],
])("%s is the moment %p", (text, expected) => {
  expect(moment(text, 1000)).toBe(expected);
});
