import { localImage } from "../../bootstrap/images/catalog.js";
import type { Generation } from "../../components/gateway/generation.js";
import { exec, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { startService, TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

let sandbox: Sandbox;
let gateway: TestGateway;
let generation: Generation;

/** A generation with four workers, whatever the machine has. */
function fourWorkers(page: string, change = (text: string): string => text): Generation {
  const { id, files } = gateway.generation(page, { limits: "off" });
  const text = files["nginx.conf"]?.replace("worker_processes auto;", "worker_processes 4;") ?? "";
  return { id, files: { ...files, "nginx.conf": change(text) } };
}

const deliver = async (next: Generation): Promise<void> => {
  await gateway.serve(next);
};

beforeAll(async () => {
  sandbox = new Sandbox("metrics");
  gateway = await TestGateway.start(sandbox);
  startService(sandbox, "rest");
  generation = fourWorkers("page");
  await deliver(generation);
  await until("the service", () => (request("GET", "/rest/v1/", 1) === "200" ? true : undefined));
  await until("its counts", () => (counted({ route: "rest_v1", status: "200" }) > 0 ? true : undefined));
});
afterAll(() => sandbox.remove());

/** Requests over kept-alive connections. @returns their status */
const request = (method: string, path: string, times: number): string => {
  const options = `-X ${method} -H 'Host: ${prodModel.hosts.api}' -H 'apikey: ${prodModel.keys.serviceRole}'`;
  const url = `http://127.0.0.1:8080${path}?i=[1-${String(times)}]`;
  const one = `curl -s -o /dev/null -w '%{http_code}\\n' ${options} '${url}'`;
  return gateway.inside(`for each in 1 2 3 4; do ${one} & done | sort -u; wait`).stdout;
};

const metrics = (): string => gateway.inside("curl -fsS http://127.0.0.1:9145/metrics").stdout;

type Labels = Readonly<Record<string, string>>;

const samples = (name: string, labels: Labels = {}): number[] =>
  metrics()
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
    .map((line) => Number(line.split(" ").pop()));

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const counted = (labels: Labels): number => sum(samples("nginx_http_requests_total", labels));

/** Waits until no more is counted, and says how many. */
async function settled(labels: Labels, expected: number): Promise<number> {
  await until("all requests are counted", () => counted(labels) >= expected || undefined);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return counted(labels);
}

it("every request of four workers is counted once, by route, method, status and who answered", async () => {
  const before = counted({ method: "PATCH" });
  expect(request("PATCH", "/rest/v1/drink", 500)).toBe("200");
  const labels = { route: "rest_v1", method: "PATCH", status: "200", source: "service" };
  expect(await settled(labels, before + 2000)).toBe(before + 2000);
});

it("what the gateway refused is told apart from what a service answered", async () => {
  const more = gateway.inside(
    `curl -s -o /dev/null -w '%{http_code}' -H 'Host: ${prodModel.hosts.api}' 'http://127.0.0.1:8080/rest/v1/x'`,
  );
  expect(more.stdout).toBe("401");
  expect(request("GET", "/auth/v1/user", 1)).toMatch(/^50[34]$/);
  const gatewayOnly = { source: "gateway" };
  expect(await settled({ ...gatewayOnly, route: "rest_v1", status: "401" }, 1)).toBe(1);
  expect(await settled({ ...gatewayOnly, route: "auth_v1", method: "GET" }, 4)).toBe(4);
});

it("the counts live on through a reload under load, and go on", async () => {
  const before = counted({ method: "DELETE" });
  const load = `for each in 1 2 3 4; do curl -s -o /dev/null -X DELETE -H 'Host: ${prodModel.hosts.api}' \
    -H 'apikey: ${prodModel.keys.serviceRole}' 'http://127.0.0.1:8080/rest/v1/x?i=[1-2000]' & done; wait`;
  exec("docker", ["exec", "--detach", "--user", "101:101", gateway.container, "sh", "-c", load]);
  const next = fourWorkers("another page");
  await deliver(next);
  expect(await settled({ method: "DELETE", status: "200" }, before + 8000)).toBe(before + 8000);
  expect(samples("nginx_config_info", { generation: next.id })).toEqual([1]);
  expect(samples("nginx_config_info")).toEqual([1]);
  const [loaded = 0] = samples("nginx_config_loaded_timestamp_seconds");
  expect(Math.abs(loaded - Date.now() / 1000)).toBeLessThan(60);
});

it("each histogram agrees with itself and with the requests", () => {
  const buckets = samples("nginx_http_request_duration_seconds_bucket", { route: "rest_v1" });
  expect(buckets).toHaveLength(12);
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
  const [count = 0] = samples("nginx_http_request_duration_seconds_count", { route: "rest_v1" });
  expect(buckets.at(-1)).toBe(count);
  expect(counted({ route: "rest_v1" })).toBe(count);
  const [answered] = samples("nginx_http_upstream_header_duration_seconds_count", { route: "rest_v1" });
  expect(answered).toBe(counted({ route: "rest_v1", source: "service" }));
});

it("promtool finds nothing to say about the text", () => {
  const args = ["run", "--rm", "--interactive", "--network", "none", "--entrypoint", "promtool"];
  const outcome = exec("docker", [...args, localImage("prometheus"), "check", "metrics"], {
    input: `${metrics()}\n`,
  });
  expect(outcome).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

it("both logs are emptied by turns, as they are read", async () => {
  const sizes = (): string => gateway.inside("cat /tmp/requests.0 /tmp/requests.1 | wc -c").stdout;
  await until("nothing is left", () => sizes() === "0" || undefined, 40);
});

it("once its memory is used up, what is known is counted on and the rest is said to be lost", async () => {
  const small = (text: string): string => text.replace("zone=metrics:1m", "zone=metrics:32k");
  await deliver(fourWorkers("little memory", small));
  expect(request("GET", "/rest/v1/", 1)).toBe("200");
  expect(await settled({ route: "rest_v1", status: "200" }, 4)).toBe(4);
  const statuses = `for each in $(seq 201 299); do printf '1|1|r%s|GET|%s|0.001|0.001\\n' $each $each; done`;
  gateway.inside(`${statuses} | tee -a /tmp/requests.0 >>/tmp/requests.1`);
  await until("something is lost", () => sum(samples("nginx_metrics_lost_total")) > 0 || undefined);
  expect(request("GET", "/rest/v1/", 1)).toBe("200");
  expect(await settled({ route: "rest_v1", status: "200" }, 8)).toBe(8);
  expect(gateway.logs()).not.toMatch(/no memory|SharedMemoryError/);
});
