import fc from "fast-check";
import { frontendLocations, frontendMaps } from "../../components/gateway/frontend.js";
import { endingsByType, isCompressible, textTypes } from "../../components/gateway/media-types.js";
import type { Directive } from "../../components/gateway/nginx.js";
import { render } from "../../components/gateway/nginx.js";
import { argsOf, findAll, findBlock, mapped, parse } from "../support/nginx.js";

const frontend = { kind: "folder", digest: "0123456789abcdef" } as const;
const locations = parse(render(frontendLocations({ frontend })));
const maps = parse(render(frontendMaps({ frontend })));

/** The location that nginx takes for a path: a marked prefix, the first pattern, else the rest. */
function locate(path: string): Directive {
  const all = locations.filter(({ name }) => name === "location");
  const marked = all.find(({ args }) => args[0] === "^~" && path.startsWith(args[1] ?? ""));
  const pattern = all.find(({ args }) => args[0] === "~" && new RegExp(args[1] ?? "").test(path));
  const found = marked ?? pattern ?? all.find(({ args }) => args[0] === "/");
  if (found === undefined) throw new Error(`no location for ${path}`);
  return found;
}

const headersOf = (path: string): Record<string, string> =>
  Object.fromEntries(
    argsOf(locate(path).children ?? [], "add_header").map(([name = "", value = ""]) => [name, value]),
  );

const forever = "public, max-age=31536000, immutable";

describe("a file's name", () => {
  it.each([
    "/assets/index-BXk3fD9a.js",
    "/assets/index-DiwrgTda.css",
    "/assets/index-_-k3fD9a.js",
    "/assets/vendor/react-CHdo91hT.js",
    "/_nuxt/DxY12abC.js",
    "/_astro/hoisted.DFK2nd3s.js",
    "/static/js/main.073c9b0a.js",
    "/static/js/787.8b3c5f1e.chunk.js",
    "/static/media/logo.6ce24c58023cc2f8fd88fe9d219db6c6.svg",
    "/bundle.8e0d62a03.js",
    "/3a2c98bd6ef01a7c4b5d.js",
    "/main-5CFQRCPP.js",
    "/chunk-Y2QJ4XKD.js",
    "/_next/static/chunks/app/layout-7d3f8a2b1c9e0f45.js",
    "/_next/static/xYz/_buildManifest.js",
    "/_app/immutable/entry/start.CqY-31ab.js",
  ])("%s holds a hash, and is kept for ever", (path) => {
    expect(headersOf(path)["Cache-Control"]).toBe(forever);
  });

  it.each([
    "/index.html",
    "/favicon.ico",
    "/robots.txt",
    "/service-worker.js",
    "/apple-touch-icon-precomposed.png",
    "/my-beautiful-picture.webp",
    "/photo-20240131.jpg",
    "/report-20240131120000.pdf",
    "/android-chrome-512x512.png",
    "/assets/background.png",
    "/assets/hero-banner.png",
    "/assets/photo-original.webp",
    "/LICENSES.txt",
    "/main-CHANGELO.md",
    "/lib/bootstrap.bundle.min.js",
    "/registerSW.js",
    "/manifest.webmanifest",
  ])("%s holds none, and is asked for again", (path) => {
    expect(headersOf(path)["Cache-Control"]).toBe("no-cache");
  });

  it("of words alone is never kept for ever", () => {
    const word = fc.stringMatching(/^[a-z]{1,20}$/);
    const name = fc.tuple(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("js", "png", "css"),
    );
    fc.assert(
      fc.property(name, ([words, ending]) => {
        expect(headersOf(`/assets/${words.join("-")}.${ending}`)["Cache-Control"]).toBe("no-cache");
      }),
    );
  });

  it("with a hash as bundlers write it is kept for ever", () => {
    const hex = fc
      .stringMatching(/^[0-9a-f]{8,32}$/)
      .filter((text) => /[0-9]/.test(text) && /[a-f]/.test(text));
    const base64 = fc.stringMatching(/^[A-Za-z0-9_-]{8}$/).filter((text) => /.[0-9A-Z]/.test(text));
    fc.assert(
      fc.property(hex, base64, (one, other) => {
        expect(headersOf(`/js/main.${one}.js`)["Cache-Control"]).toBe(forever);
        expect(headersOf(`/assets/index-${other}.js`)["Cache-Control"]).toBe(forever);
      }),
    );
  });
});

describe("a path", () => {
  const fallsBack = (path: string): boolean =>
    argsOf(locate(path).children ?? [], "try_files").some((files) => files.includes("/identity/index.html"));

  it.each(["/", "/videos", "/videos/42", "/@name", "/a.b/c"])("%s is the application's", (path) => {
    expect(fallsBack(path)).toBe(true);
  });

  it.each(["/a.js", "/assets/a.js", "/assets/a-BXk3fD9a.js", "/.env", "/.well-known/x", "/x.unknown"])(
    "%s is a file's",
    (path) => {
      expect(fallsBack(path)).toBe(false);
    },
  );

  it("below a hidden name is refused, but for .well-known", () => {
    for (const path of ["/.env", "/.git/config", "/a/.b/c.js", "/a/.c-BXk3fD9a.js"])
      expect(locate(path).children).toEqual([{ name: "return", args: ["404"] }]);
    expect(argsOf(locate("/.well-known/security.txt").children ?? [], "try_files")).toHaveLength(1);
  });

  it("is looked for among files alone, so that no folder is ever listed", () => {
    expect(findAll(locations, "autoindex")).toEqual([]);
    for (const { args } of findAll(locations, "try_files"))
      expect(args.every((file) => !file.endsWith("/"))).toBe(true);
  });
});

it("every location keeps the server's headers where it adds its own", () => {
  const adding = findAll(locations, "location").filter(
    ({ children = [] }) => argsOf(children, "add_header").length > 0,
  );
  expect(adding.length).toBeGreaterThan(6);
  for (const { children = [] } of adding) expect(argsOf(children, "add_header_inherit")).toEqual([["merge"]]);
});

it("headers of files are not sent with errors", () => {
  for (const path of ["/", "/a.js", "/assets/index-BXk3fD9a.js"])
    for (const [name, , always] of argsOf(locate(path).children ?? [], "add_header"))
      expect([path, name, always]).toEqual([path, name, undefined]);
});

describe("the coding", () => {
  it.each([
    ["gzip, deflate, br", "br"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["gzip;q=0.000", "identity"],
    ["", "identity"],
  ])("for %p is %s", (accepted, coding) => {
    expect(mapped(maps, "$frontend_coding", accepted)).toBe(coding);
  });

  it.each([
    ["/br/a.js", "br"],
    ["/previous/gzip/a.js", "gzip"],
    ["/identity/br/a.js", ""],
    ["/identity/a.js", ""],
  ])("of %s is said to be %p", (path, coding) => {
    expect(mapped(maps, "$frontend_encoding", path)).toBe(coding);
  });
});

describe("media types", () => {
  it("name each ending once", () => {
    const endings = Object.values(endingsByType).flat();
    expect(new Set(endings).size).toBe(endings.length);
    expect(argsOf(locations, "types")).toHaveLength(1);
    const types = findBlock(locations, "types");
    expect(types.map(({ name, args }) => [name, args])).toEqual(Object.entries(endingsByType));
  });

  it("tell what gains by compression", () => {
    expect([".js", ".HTML", ".svg", ".wasm"].map(isCompressible)).toEqual([true, true, true, true]);
    expect([".webp", ".woff2", ".zip", ""].map(isCompressible)).toEqual([false, false, false, false]);
  });

  it("of text have a character set, HTML's by nginx itself", () => {
    expect(textTypes).toEqual(expect.arrayContaining(["text/css", "text/javascript"]));
    expect(textTypes).not.toContain("text/html");
  });
});

describe("the platform's own page", () => {
  const page = parse(render(frontendLocations({ frontend: { kind: "page" } })));

  it("fills in what its include commands name, and serves nothing else so", () => {
    expect(argsOf(findBlock(page, "location", "=", "/"), "ssi")).toEqual([["on"]]);
    expect(findAll(page, "ssi")).toHaveLength(1);
  });

  it("needs no variables of a frontend", () => {
    expect(frontendMaps({ frontend: { kind: "page" } })).toEqual([]);
    expect(JSON.stringify(page)).not.toContain("$frontend");
  });
});
