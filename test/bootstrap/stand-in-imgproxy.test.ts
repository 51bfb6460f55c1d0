import { localImage } from "../../bootstrap/images/catalog.js";
import { type ContainerInputs, docker, exec, Sandbox, until } from "../support/containers.js";
import { look, png, vips } from "./stand-in-picture.js";

jest.setTimeout(60_000);

// Where sources come from: a picture, and what a source had better not be.
const sources = `
const picture = Buffer.from(process.env.PICTURE, "base64");
const answers = {
  "/picture.png": (response) => response.end(picture),
  "/text.png": (response) => response.end("no picture at all"),
  "/inwards": (response) => response.writeHead(302, { Location: "http://127.0.0.1:8081/" }).end(),
  "/outwards": (response) => response.writeHead(302, { Location: "/picture.png" }).end(),
  "/large.png": (response) => { response.write(picture); response.end(Buffer.alloc(200000)); },
  "/slow.png": () => undefined,
};
require("http").createServer((request, response) =>
  (answers[request.url] ?? (() => response.writeHead(410).end()))(response)).listen(8000);
`;

let sandbox: Sandbox;
let imgproxy: string;
let url: string;

const run = (inputs: ContainerInputs, publish: readonly number[] = []): string =>
  sandbox.start(
    localImage("imgproxy"),
    {
      user: "999:999",
      readOnly: true,
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges"],
      tmpfs: { "/tmp": "rw,size=64m" },
      networksAdvanced: [{ aliases: [inputs.name] }],
      ...inputs,
    },
    publish,
  );

beforeAll(async () => {
  sandbox = new Sandbox("imgproxy");
  const envs = [`PICTURE=${png(300, 200).toString("base64")}`];
  run({ name: "sources", envs, command: ["node", "-e", sources] });
  const settings = {
    IMGPROXY_BIND: ":8080",
    IMGPROXY_PROMETHEUS_BIND: ":8081",
    IMGPROXY_USE_ETAG: "true",
    IMGPROXY_AUTO_WEBP: "true",
    IMGPROXY_MAX_SRC_FILE_SIZE: "100000",
    IMGPROXY_DOWNLOAD_TIMEOUT: "1",
    IMGPROXY_LOCAL_FILESYSTEM_ROOT: "/tmp",
    IMGPROXY_DEVELOPMENT_ERRORS_MODE: "true",
  };
  imgproxy = run(
    { name: "imgproxy", envs: Object.entries(settings).map(([name, value]) => `${name}=${value}`) },
    [8080, 8081],
  );
  url = `http://127.0.0.1:${String(sandbox.port(imgproxy, 8080))}`;
  await until("imgproxy", () =>
    exec("docker", ["exec", imgproxy, "imgproxy", "health"]).code === 0 ? true : undefined,
  );
}, 60_000);
afterAll(() => sandbox.remove(), 60_000);

const plain = (path: string) => `plain/${encodeURIComponent(`http://sources:8000/${path}`)}`;
const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/public/${path}`, { headers });
const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

it.each([
  ["width:150", "150x100 png"],
  ["height:100/width:100/resizing_type:fill", "100x100 png"],
  ["height:100/width:100/resizing_type:fit", "100x67 png"],
  ["height:100/width:100/resizing_type:force", "100x100 png"],
  ["resize:fill:50:120", "50x120 png"],
  ["rs:fit:600:600", "300x200 png"],
  ["rs:fit:600:600:1", "600x400 png"],
  ["rs:force:400:800", "100x200 png"],
  ["rs:auto:90:60", "90x60 png"],
  ["width:90/quality:50/format:jpeg", "90x60 jpeg"],
  ["width:90/format:webp", "90x60 webp"],
  ["width:90/format:avif", "90x60 heif"],
  ["format:gif", "300x200 gif"],
])("%s makes %s", async (options, expected) => {
  const answer = await ask(`${options}/${plain("picture.png")}`);
  expect(look(imgproxy, await bytes(answer))).toBe(expected);
});

it("takes a format as an extension, and a source in base64", async () => {
  expect(look(imgproxy, await bytes(await ask(`w:30/${plain("picture.png")}@jpg`)))).toBe("30x20 jpeg");
  const source = Buffer.from("http://sources:8000/picture.png").toString("base64url");
  expect(look(imgproxy, await bytes(await ask(`w:30/${source}.webp`)))).toBe("30x20 webp");
});

it.each([
  ["we", "255 0 0"],
  ["noea", "0 0 255"],
])("gravity %s keeps that side", async (gravity, colour) => {
  const answer = await ask(`rs:fill:40:100/gravity:${gravity}/${plain("picture.png")}`);
  const point = vips(imgproxy, ["vips", "getpoint", "stdin", "20", "50"], await bytes(answer));
  expect(point.toString().trim()).toBe(colour);
});

it("takes WebP where the browser does, and an ETag spares the second answer", async () => {
  const headers = { Accept: "image/webp" };
  const first = await ask(`w:60/${plain("picture.png")}`, headers);
  expect([first.headers.get("content-type"), first.headers.get("vary")]).toEqual(["image/webp", "Accept"]);
  const again = { ...headers, "If-None-Match": first.headers.get("etag") ?? "" };
  expect((await ask(`w:60/${plain("picture.png")}`, again)).status).toBe(304);
  expect((await ask(`w:61/${plain("picture.png")}`, again)).status).toBe(200);
});

it.each([
  ["an address of its own", `plain/${encodeURIComponent("http://127.0.0.1:8080/health")}`, 404, "127.0.0.1"],
  ["its own name", `plain/${encodeURIComponent("http://localhost:8080/health")}`, 404, "not allowed"],
  [
    "its own address as IPv6",
    `plain/${encodeURIComponent("http://[::ffff:127.0.0.1]:8080/")}`,
    404,
    "not allowed",
  ],
  ["a way back to itself", plain("inwards"), 404, "127.0.0.1"],
  ["another protocol", `plain/${encodeURIComponent("file:///etc/passwd")}`, 404, "not an http"],
  ["a file outside of the folder", `plain/${encodeURIComponent("local:///../etc/hostname")}`, 404, "outside"],
  ["what is gone", plain("gone"), 410, "Status: 410"],
  ["what takes too long", plain("slow.png"), 504, ""],
  ["too many bytes", plain("large.png"), 422, "too big"],
  ["what is no picture", plain("text.png"), 422, "type not supported"],
  ["an unknown option", `blur:3/${plain("picture.png")}`, 404, "blur"],
  ["an unknown format", `format:tiff/${plain("picture.png")}`, 422, "tiff"],
])("refuses %s", async (_, path, status, words) => {
  const answer = await ask(path);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
});

it("follows a redirect that leads nowhere forbidden", async () => {
  expect((await ask(`w:30/${plain("outwards")}`)).status).toBe(200);
});

it("counts what it does under imgproxy's names", async () => {
  const metrics = await (
    await fetch(`http://127.0.0.1:${String(sandbox.port(imgproxy, 8081))}/metrics`)
  ).text();
  expect(metrics).toMatch(/^requests_total [1-9]/m);
  expect(metrics).toMatch(/^status_codes_total\{status="422"\} [1-9]/m);
  expect(metrics).toMatch(/^errors_total\{type="download"\} [1-9]/m);
  expect(metrics).toMatch(/^request_span_duration_seconds_count\{span="processing"\} [1-9]/m);
  for (const gauge of ["requests_in_progress 0", "images_in_progress 0", "workers_utilization 0"])
    expect(metrics).toContain(`\n${gauge}\n`);
});

it("is told apart from a server that is not there", () => {
  const elsewhere = ["exec", "-e", "IMGPROXY_BIND=:9999", imgproxy, "imgproxy", "health"];
  expect(exec("docker", elsewhere).code).toBe(1);
});

it("names every malformed variable and stops; a good one stops when told to", () => {
  const envs = [
    "IMGPROXY_WORKERS=many",
    "IMGPROXY_BIND=8080",
    "IMGPROXY_KEY=zz",
    "IMGPROXY_MAX_SRC_RESOLUTION=0",
  ];
  const broken = run({ name: "broken", envs });
  expect(docker(["wait", broken])).toBe("1");
  const { stderr } = exec("docker", ["logs", broken]);
  for (const name of envs.map((entry) => entry.split("=")[0]))
    expect(stderr).toContain(`ERROR: ${name ?? ""} `);
  const before = Date.now();
  docker(["stop", imgproxy]);
  expect(Date.now() - before).toBeLessThan(3000);
  expect(docker(["inspect", "-f", "{{.State.ExitCode}}", imgproxy])).toBe("0");
});
