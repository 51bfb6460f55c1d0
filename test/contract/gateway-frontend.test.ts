import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { readFrontend } from "../../components/gateway/frontend-files.js";
import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { Sandbox } from "../support/containers.js";
import { Folder } from "../support/folder.js";
import { prodModel } from "../support/nginx.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(180_000);

const script = `export const text = "${"compressible ".repeat(200)}";\n`;
const page = (title: string): string => `<!doctype html><title>${title}</title>${"<p>text</p>".repeat(100)}`;
const picture = randomBytes(4096);

/** A build as bundlers leave it, with what does not belong there. */
const build = {
  "index.html": page("application"),
  "docs/index.html": page("documents"),
  "assets/index-BXk3fD9a.js": script,
  "assets/style-C0ffee-_.css": "p { color: red }\n".repeat(100),
  "assets/photo-DxY12abC.webp": picture,
  "static/js/main.073c9b0a.chunk.js": script,
  "_next/static/build/_manifest.js": script,
  "main-5CFQRCPP.mjs": script,
  "logo.avif": picture,
  "font.woff2": picture,
  "program.wasm": Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d]), Buffer.alloc(2000)]),
  "app.webmanifest": '{"name":"application"}',
  "photo-20240131.webp": picture,
  "apple-touch-icon-precomposed.png": picture,
  "small.txt": "small",
  "caf\u00e9 & co.txt": "words",
  ".well-known/apple-app-site-association": '{"applinks":{}}',
  ".well-known/security.txt": "Contact: mailto:security@sobertube.local\n",
  ".env": "SECRET=1",
  "assets/.htpasswd": "secret",
  "assets/index-BXk3fD9a.js.map": "{}",
};

describe("a frontend at the gateway", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  let folder: Folder;

  /** Delivers the folder as it is now, and the generation that serves it. */
  async function deploy(): Promise<string> {
    const { digest, faults } = readFrontend(folder.path);
    expect(faults).toEqual([]);
    expect(gateway.deliverFrontend(folder.path, digest)).toEqual({ code: 0, stdout: "", stderr: "" });
    const generation = gateway.generation("", { frontend: { kind: "folder", digest } });
    expect(await gateway.deliver(generation)).toEqual({ code: 0, stdout: "", stderr: "" });
    return digest;
  }

  beforeAll(async () => {
    sandbox = new Sandbox("frontend");
    folder = new Folder().write(build);
    gateway = await TestGateway.start(sandbox);
    await deploy();
  });
  afterAll(() => {
    sandbox.remove();
    folder.remove();
  });

  const get = (path: string, headers: Record<string, string> = {}, options: RequestOptions = {}) =>
    ask("https", gateway.port("https"), path, {
      ...{ ca: gateway.certificates.ca, host: prodModel.hosts.frontend, headers, ...options },
    });

  describe("gives an application's paths", () => {
    it.each(["/", "/videos", "/videos/42/", "/user/@name", "/br/index", "/search?q=a.b"])(
      "%s its one page",
      async (path) => {
        const { status, body, headers } = await get(path);
        expect([status, body]).toEqual([200, build["index.html"]]);
        expect(headers).toMatchObject({
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-cache",
        });
      },
    );

    it.each(["/docs", "/docs/", "/docs/index.html"])("%s the page of that folder", async (path) => {
      expect((await get(path)).body).toBe(build["docs/index.html"]);
    });
  });

  it.each([
    "/assets/x.js",
    "/assets/x-BXk3fD9b.js",
    "/missing.css",
    "/videos/42.webp",
    "/identity/index.html",
    "/br/index.html",
    "/previous/identity/index.html",
    "/assets/index-BXk3fD9a.js.map",
    "/index.html/x.js",
    "/.well-known/change-password",
    "/.errors/404",
    "/..\\nginx.conf",
  ])("%s is missing, and not the application's page", async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
    });
    expect(body).toContain("<h1>Page not found</h1>");
  });

  it.each(["/.env", "/assets/.htpasswd", "/.git/config", "/.complete", "/.well-known/.env", "/a/.b/c"])(
    "%s is hidden",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it.each([
    "/../nginx.conf",
    "/..%2fnginx.conf",
    "/assets/..%2f..%2f..%2f..%2fcurrent/nginx.conf",
    "/%2e%2e/%2e%2e/current/certificates/server.key",
    "/%00",
  ])("%s is no path at all", async (path) => {
    const { status, body } = await get(path);
    expect([status, body]).toEqual([400, expect.stringContaining("<h1>Bad request</h1>")]);
  });

  it("lists no folder", async () => {
    for (const path of ["/assets/", "/assets", "/_next/static/"]) {
      const { body } = await get(path);
      expect(body).not.toContain("BXk3fD9a");
    }
  });

  it("serves what has a name of its own under it", async () => {
    expect((await get("/caf%C3%A9%20%26%20co.txt")).body).toBe("words");
    const association = await get("/.well-known/apple-app-site-association");
    expect(association.headers["content-type"]).toBe("application/json");
    expect(association.body).toBe('{"applinks":{}}');
    expect((await get("/.well-known/security.txt")).headers["content-type"]).toBe(
      "text/plain; charset=utf-8",
    );
  });

  it.each([
    ["/assets/index-BXk3fD9a.js", "text/javascript; charset=utf-8"],
    ["/main-5CFQRCPP.mjs", "text/javascript; charset=utf-8"],
    ["/assets/style-C0ffee-_.css", "text/css; charset=utf-8"],
    ["/program.wasm", "application/wasm"],
    ["/app.webmanifest", "application/manifest+json"],
    ["/logo.avif", "image/avif"],
    ["/font.woff2", "font/woff2"],
    ["/photo-20240131.webp", "image/webp"],
  ])("%s is %s, compressed or not", async (path, type) => {
    for (const coding of ["identity", "gzip", "br"])
      expect((await get(path, { "accept-encoding": coding })).headers["content-type"]).toBe(type);
  });

  describe("caching", () => {
    it.each([
      "/assets/index-BXk3fD9a.js",
      "/assets/style-C0ffee-_.css",
      "/assets/photo-DxY12abC.webp",
      "/static/js/main.073c9b0a.chunk.js",
      "/_next/static/build/_manifest.js",
      "/main-5CFQRCPP.mjs",
    ])("%s is kept for ever", async (path) => {
      const { status, headers } = await get(path);
      expect([status, headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
    });

    it.each(["/index.html", "/logo.avif", "/photo-20240131.webp", "/apple-touch-icon-precomposed.png"])(
      "%s is asked for again each time",
      async (path) => {
        const { status, headers } = await get(path);
        expect([status, headers["cache-control"]]).toEqual([200, "no-cache"]);
        expect(headers["etag"]).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/);
        expect(headers["last-modified"]).toBeUndefined();
      },
    );

    it("an unchanged file is not sent again, in any coding", async () => {
      for (const coding of ["identity", "gzip", "br"]) {
        const accept = { "accept-encoding": coding };
        const { etag = "" } = (await get("/videos", accept)).headers;
        const again = await get("/videos", { ...accept, "if-none-match": String(etag) });
        expect([again.status, again.body]).toEqual([304, ""]);
        expect(again.headers).toMatchObject({ etag, "cache-control": "no-cache", vary: "Accept-Encoding" });
        expect(again.headers).toHaveProperty("content-security-policy");
      }
    });

    it("each coding has a tag of its own", async () => {
      const tags = ["identity", "gzip", "br"].map(
        async (coding) => (await get("/", { "accept-encoding": coding })).headers["etag"],
      );
      expect(new Set(await Promise.all(tags)).size).toBe(3);
    });
  });

  describe("compression", () => {
    const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
      br: (bytes) => brotliDecompressSync(bytes),
      gzip: (bytes) => gunzipSync(bytes),
      none: (bytes) => bytes,
    };

    it.each([
      ["", "none"],
      ["identity", "none"],
      ["gzip", "gzip"],
      ["gzip, deflate, br, zstd", "br"],
      ["br;q=1.0, gzip;q=0.8", "br"],
      ["GZIP ; q=0.5", "gzip"],
      ["br;q=0, gzip", "gzip"],
      ["br;q=0.000,gzip;q=0.001", "gzip"],
      ["gzip;q=0", "none"],
      ["gzip;q=0.0, br; q=0", "none"],
      ["xbr, gzipped", "none"],
      ["*", "none"],
    ])("for %p is %s", async (accepted, coding) => {
      const { headers, bytes } = await get("/assets/index-BXk3fD9a.js", { "accept-encoding": accepted });
      expect(headers["content-encoding"] ?? "none").toBe(coding);
      expect(headers["vary"]).toBe("Accept-Encoding");
      expect(decoders[coding]?.(bytes).toString()).toBe(script);
      expect(headers["content-length"]).toBe(String(bytes.length));
    });

    it("is left out where it gains nothing", async () => {
      for (const path of ["/photo-20240131.webp", "/small.txt"]) {
        const { headers } = await get(path, { "accept-encoding": "br, gzip" });
        expect(headers).not.toHaveProperty("content-encoding");
      }
      const { bytes } = await get("/photo-20240131.webp", { "accept-encoding": "br, gzip" });
      expect(bytes.equals(picture)).toBe(true);
    });

    it("of the page works for an application's paths too", async () => {
      const { headers, bytes } = await get("/videos/42", { "accept-encoding": "br" });
      expect(headers["content-encoding"]).toBe("br");
      expect(brotliDecompressSync(bytes).toString()).toBe(build["index.html"]);
    });
  });

  it("answers HEAD as GET, without the body", async () => {
    const [whole, head] = [await get("/logo.avif"), await get("/logo.avif", {}, { method: "HEAD" })];
    const known = ({ status, headers }: Answer): unknown => [status, { ...headers, date: undefined }];
    expect(known(head)).toEqual(known(whole));
    expect(head.bytes.length).toBe(0);
    expect((await get("/missing.css", {}, { method: "HEAD" })).status).toBe(404);
  });

  it("answers a range, and refuses one that is not there", async () => {
    const part = await get("/logo.avif", { range: "bytes=100-199" });
    expect([part.status, part.headers["content-range"]]).toEqual([206, "bytes 100-199/4096"]);
    expect(part.bytes.equals(picture.subarray(100, 200))).toBe(true);
    const none = await get("/logo.avif", { range: "bytes=9000-" });
    expect([none.status, none.headers["content-range"]]).toEqual([416, "bytes */4096"]);
  });

  it("answers nothing but reading", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, body } = await get("/", {}, { method, body: "x" });
      expect([status, body]).toEqual([405, expect.stringContaining("<h1>Method not allowed</h1>")]);
    }
  });

  it("sends the surface's security headers with everything, errors included, and each once", async () => {
    const { headers: expected } = await get("/health");
    const names = Object.keys(expected).filter((name) => /policy|^x-|transport/.test(name));
    expect(names.length).toBeGreaterThan(6);
    const requests = ["/", "/assets/index-BXk3fD9a.js", "/logo.avif", "/x.js", "/.env", "/%00"];
    for (const path of requests) {
      const { headers } = await get(path);
      for (const name of names.filter((one) => one !== "x-request-id"))
        expect([path, name, headers[name]]).toEqual([path, name, expected[name]]);
    }
  });

  it("reveals neither program nor version in its errors", async () => {
    for (const path of ["/x.js", "/%00"]) expect((await get(path)).body).not.toMatch(/nginx/i);
  });

  /** In order: each step stands on the one before. */
  describe("a new build", () => {
    const paths = { old: "/assets/index-BXk3fD9a.js", new: "/assets/index-N3wBu1ld.js" };

    it("of the same size is another page with another tag", async () => {
      const before = await get("/");
      folder.write({ "index.html": page("replacement"), "assets/index-N3wBu1ld.js": script });
      rmSync(folder.join("assets/index-BXk3fD9a.js"));
      await deploy();
      const after = await get("/", { "if-none-match": String(before.headers["etag"]) });
      expect([after.status, after.body]).toEqual([200, page("replacement")]);
      expect(after.body.length).toBe(before.body.length);
    });

    it("leaves the files of pages that are open, in every coding", async () => {
      expect((await get(paths.new)).status).toBe(200);
      for (const coding of ["identity", "br"]) {
        const { status, headers } = await get(paths.old, { "accept-encoding": coding });
        expect([status, headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
        expect(headers["content-encoding"] ?? "identity").toBe(coding);
      }
    });

    it("leaves the tag of an unchanged file as it was", async () => {
      const { etag } = (await get("/logo.avif")).headers;
      folder.write({ "index.html": page("third") });
      await deploy();
      expect((await get("/logo.avif")).headers["etag"]).toBe(etag);
    });

    it("ends what was before the one before", async () => {
      expect((await get(paths.old)).status).toBe(404);
    });

    it("can be taken back", async () => {
      folder.write({ "index.html": page("replacement") });
      await deploy();
      expect((await get("/")).body).toBe(page("replacement"));
      expect((await get(paths.new)).status).toBe(200);
    });

    it("is not accepted when the folder changes on the way, and the old one goes on", async () => {
      const outcome = gateway.deliverFrontend(folder.path, "0123456789abcdef");
      expect(outcome.code).not.toBe(0);
      expect(outcome.stderr).toContain("was changed while it was being delivered; run the update again");
      expect((await get("/")).body).toBe(page("replacement"));
      expect(frontends().filter((name) => name.startsWith("0123"))).toEqual([]);
    });

    it("leaves three at most", async () => {
      for (const title of ["fifth", "sixth", "seventh"]) {
        folder.write({ "index.html": page(title) });
        await deploy();
      }
      expect(frontends()).toHaveLength(3);
      expect((await get("/")).body).toBe(page("seventh"));
    });
  });

  const frontends = (): string[] =>
    gateway.inside("ls /etc/nginx/generations/frontends", "0:101").stdout.split("\n");
});
