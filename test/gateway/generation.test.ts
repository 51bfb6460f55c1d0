import { gunzipSync } from "node:zlib";
import { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { archive, type GenerationInput, renderGeneration } from "../../components/gateway/generation.js";
import { controlSocket } from "../../components/gateway/model.js";
import { argsOf, findAll, findBlock, parse, prodModel } from "../support/nginx.js";

const input: GenerationInput = {
  model: prodModel,
  certificates: {
    server: { certificate: "server certificate", privateKey: "server key" },
    api: { certificate: "api certificate", privateKey: "api key" },
    auth: { certificate: "auth certificate", privateKey: "auth key" },
    storage: { certificate: "storage certificate", privateKey: "storage key" },
    realtime: { certificate: "realtime certificate", privateKey: "realtime key" },
  },
  frontend: { "index.html": "<p>caf\u00e9</p>", "style.css": "p { color: red }" },
};

const { server, api } = input.certificates as { server: Pair; api: Pair };
type Pair = GenerationInput["certificates"][string];

/** What is in a tar archive, in its order. */
async function unpack(base64: string): Promise<{ header: Header; content: string }[]> {
  const entries: { header: Header; content: string }[] = [];
  const tar = Readable.from([gunzipSync(Buffer.from(base64, "base64"))]).pipe(extract());
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push({ header: entry.header, content: Buffer.concat(chunks).toString() });
  }
  return entries;
}

describe("a generation", () => {
  it("is the same, byte by byte, for the same input", async () => {
    const [one, other] = [renderGeneration(input), renderGeneration(structuredClone(input))];
    expect(one).toEqual(other);
    expect(await archive(one.files)).toBe(await archive(other.files));
  });

  it("has an id of 16 hexadecimal digits", () => {
    expect(renderGeneration(input).id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, GenerationInput]>([
    [
      "another certificate",
      { ...input, certificates: { api, server: { ...server, certificate: "renewed" } } },
    ],
    ["another private key", { ...input, certificates: { api, server: { ...server, privateKey: "new" } } }],
    ["swapped certificates", { ...input, certificates: { server: api, api: server } }],
    ["another page", { ...input, frontend: { ...input.frontend, "index.html": "<p>other</p>" } }],
    ["a page more", { ...input, frontend: { ...input.frontend, "robots.txt": "" } }],
    [
      "a page moved",
      { ...input, frontend: { "other.html": "<p>caf\u00e9</p>", "style.css": "p { color: red }" } },
    ],
    ["another API key", { ...input, model: { ...prodModel, keys: { ...prodModel.keys, anon: "new" } } }],
    ["another model", { ...input, model: { ...prodModel, http: "serve" } }],
  ])("has another id with %s", (_, other) => {
    expect(renderGeneration(other).id).not.toBe(renderGeneration(input).id);
  });

  it("holds configuration, scripts, certificates and frontend, each where the configuration looks for it", () => {
    const { files } = renderGeneration(input);
    expect(Object.keys(files).sort()).toEqual([
      "certificates/api.crt",
      "certificates/api.key",
      "certificates/auth.crt",
      "certificates/auth.key",
      "certificates/realtime.crt",
      "certificates/realtime.key",
      "certificates/server.crt",
      "certificates/server.key",
      "certificates/storage.crt",
      "certificates/storage.key",
      "exposition.mjs",
      "frontend/index.html",
      "frontend/style.css",
      "mask.mjs",
      "metrics.mjs",
      "nginx.conf",
      "tally.mjs",
    ]);
    const configuration = parse(files["nginx.conf"] ?? "");
    for (const name of ["ssl_certificate", "ssl_certificate_key"])
      for (const { args } of findAll(configuration, name)) expect(files).toHaveProperty([args[0] ?? ""]);
    for (const { args } of findAll(configuration, "js_import")) expect(files).toHaveProperty([args[2] ?? ""]);
    expect(findAll(configuration, "root").map(({ args }) => args[0])).toEqual(["frontend"]);
  });

  it("says its id on the control socket", () => {
    const { id, files } = renderGeneration(input);
    const control = findAll(parse(files["nginx.conf"] ?? ""), "server").find(
      ({ children = [] }) => argsOf(children, "listen")[0]?.[0] === `unix:${controlSocket}`,
    );
    expect(argsOf(findBlock(control?.children ?? [], "location", "=", "/generation"), "return")).toEqual([
      ["200", id],
    ]);
  });
});

describe("the archive", () => {
  const files = { "nginx.conf": "events {}", "a/b.key": "key", "a/caf\u00e9.html": "\u20ac", empty: "" };

  it("gives back every file, in an order of its own", async () => {
    const entries = await unpack(await archive(files));
    expect(entries.map(({ header, content }) => [header.name, content])).toEqual([
      ["a/b.key", "key"],
      ["a/caf\u00e9.html", "\u20ac"],
      ["empty", ""],
      ["nginx.conf", "events {}"],
    ]);
  });

  it("keeps files from other users, and owners out", async () => {
    for (const { header } of await unpack(await archive(files)))
      expect(header).toMatchObject({ type: "file", mode: 0o640, uid: 0, gid: 0 });
  });

  it("has the clock's time of no file, but one that its content makes, as ETags are made of it", async () => {
    const times = async (content: string): Promise<unknown[]> =>
      (await unpack(await archive({ a: content, b: "b" }))).map(({ header }) => header.mtime?.getTime());
    const [[a, b], [other, same]] = [await times("one"), await times("two")];
    expect(b).toBe(same);
    expect(a).not.toBe(other);
    expect([a, b, other].every((time) => Number(time) < Date.UTC(2005))).toBe(true);
  });

  it("does not depend on the order of its files", async () => {
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    expect(await archive(reversed)).toBe(await archive(files));
  });
});
