import { localImage } from "../../bootstrap/images/catalog.js";
import { Sandbox, until } from "../support/containers.js";
import { hardened, putFiles, within } from "./image-sandbox.js";

const modules = "modules: { web: { prober: http, timeout: 2s }, port: { prober: tcp, timeout: 2s } }\n";
let sandbox: Sandbox;
let exporter: string;

const probe = (module: string, target: string) =>
  within(exporter, "wget", "-q", "-O", "-", `http://localhost:9115/probe?module=${module}&target=${target}`);

beforeAll(async () => {
  sandbox = new Sandbox("blackbox");
  await putFiles(sandbox, "conf", "65534:65534", { "blackbox.yml": modules });
  exporter = sandbox.start(localImage("blackboxExporter"), {
    name: "exporter",
    ...hardened,
    user: "65534:65534",
    command: ["--config.file=/etc/blackbox/blackbox.yml"],
    mounts: [{ source: "conf", target: "/etc/blackbox", readOnly: true }],
  });
  const health = ["wget", "-q", "-O", "/dev/null", "http://localhost:9115/"];
  await until("the exporter", () => within(exporter, ...health).code === 0 || undefined);
});
afterAll(() => sandbox.remove());

test.each([
  ["web", "http://127.0.0.1:9115/-/healthy", "1"],
  ["web", "http://127.0.0.1:9/", "0"],
  ["port", "127.0.0.1:9115", "1"],
  ["port", "127.0.0.1:9", "0"],
])("a probe of kind %s to %s gives %s", (module, target, success) => {
  expect(probe(module, target).stdout).toMatch(new RegExp(`^probe_success ${success}$`, "m"));
});

test("its own metrics are there", () => {
  const { stdout } = within(exporter, "wget", "-q", "-O", "-", "http://localhost:9115/metrics");
  expect(stdout).toMatch(/^blackbox_exporter_config_last_reload_successful 1$/m);
});

test("the sample configuration of the image is accepted", async () => {
  const plain = sandbox.start(localImage("blackboxExporter"), { name: "plain", ...hardened });
  await until(
    "it",
    () => within(plain, "wget", "-q", "-O", "-", "http://localhost:9115/").code === 0 || undefined,
  );
});
