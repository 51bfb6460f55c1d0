import { localImage } from "../../bootstrap/images/catalog.js";
import { docker, Sandbox, until } from "../support/containers.js";
import { hardened, putFiles, within } from "./image-sandbox.js";

const folder = "/etc/prometheus/platform";
const configuration = `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ["localhost:9090"] }]
`;
let sandbox: Sandbox;
let prometheus: string;
let web: string;

const sample = async (query: string): Promise<string | undefined> => {
  const answer = await fetch(`${web}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result[0]?.value[1];
};

beforeAll(async () => {
  sandbox = new Sandbox("prometheus");
  await putFiles(sandbox, "conf", "65534:65534", {
    "prometheus.yml": configuration,
    "broken.yml": "scrape_configs: [{ job_nam: x }]\n",
  });
  prometheus = sandbox.start(
    localImage("prometheus"),
    {
      name: "prometheus",
      ...hardened,
      user: "65534:65534",
      command: [`--config.file=${folder}/prometheus.yml`, "--storage.tsdb.path=/prometheus"],
      mounts: [
        { source: "conf", target: folder, readOnly: true },
        { source: "data", target: "/prometheus" },
      ],
    },
    [9090],
  );
  const health = ["wget", "-q", "-O", "/dev/null", "http://localhost:9090/-/ready"];
  await until("prometheus", () => within(prometheus, ...health).code === 0 || undefined);
  web = `http://127.0.0.1:${String(sandbox.port(prometheus, 9090))}`;
});
afterAll(() => sandbox.remove());

test("it scrapes itself, and its samples outlive a restart", async () => {
  await until("a sample", async () => ((await sample('up{job="prometheus"}')) === "1" ? true : undefined));
  const before = Math.ceil(Date.now() / 1000);
  docker(["restart", prometheus]);
  web = `http://127.0.0.1:${String(sandbox.port(prometheus, 9090))}`;
  await until("the sample of before", async () => {
    const count = await sample(`count_over_time(up[1h] @ ${String(before)})`);
    return Number(count) > 0 || undefined;
  });
});

test("promtool tells a fitting configuration from a broken one", () => {
  const check = (file: string) => within(prometheus, "promtool", "check", "config", `${folder}/${file}`);
  expect(check("prometheus.yml")).toMatchObject({ code: 0 });
  expect(check("broken.yml")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("job_nam") as string,
  });
});

test("its own pages are served", async () => {
  const page = await fetch(`${web}/graph`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Prometheus")]);
});
