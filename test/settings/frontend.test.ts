import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { readFrontend } from "../../components/gateway/frontend-files.js";
import { readFrontendFolder } from "../../settings/frontend.js";
import { Folder } from "../support/folder.js";

let folder: Folder;
let outside: Folder;

beforeEach(() => {
  folder = new Folder();
  outside = new Folder().write({ "secret.txt": "secret", "folder/file.txt": "" });
});
afterEach(() => {
  folder.remove();
  outside.remove();
});

/** What is said of each wrong path, by the path below the folder. */
const faults = (): Record<string, string> =>
  Object.fromEntries(
    readFrontendFolder(folder.path).mistakes.map(({ key, value, expected }) => {
      expect(key).toBe("frontend.folder");
      return [value.replace(folder.path, "").replace(/^\//, ""), expected];
    }),
  );
const paths = (): readonly string[] => readFrontend(folder.path).paths;
const digest = (): string | undefined => readFrontendFolder(folder.path).frontend?.digest;

it("no folder is the platform's own page", () => {
  expect(readFrontendFolder("")).toEqual({ mistakes: [] });
});

it("a build is known by its folder and a digest of what is in it", () => {
  folder.write({ "index.html": "<p>", "assets/a.js": "a" });
  expect(readFrontendFolder(folder.path)).toEqual({
    frontend: { folder: folder.path, digest: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
    mistakes: [],
  });
});

describe("the digest", () => {
  beforeEach(() => folder.write({ "index.html": "<p>", "a.bin": Buffer.from([0, 255]) }));

  it("stays the same for the same content, whatever else there is", () => {
    const before = digest();
    folder.write({ "index.html": "<p>", ".env": "SECRET=1", "assets/a.js.map": "{}" });
    expect(digest()).toBe(before);
  });

  it.each<[string, Record<string, string | Buffer>]>([
    ["a byte", { "a.bin": Buffer.from([0, 254]) }],
    ["a file more", { "b.bin": "" }],
    ["a file that moved", { "b.bin": Buffer.from([0, 255]), "a.bin": "" }],
  ])("is another with %s", (_, files) => {
    const before = digest();
    expect(before).toBeDefined();
    folder.write(files);
    expect(digest()).not.toBe(before);
  });
});

it("hidden files and source maps are left out, and .well-known is not", () => {
  folder.write({
    "index.html": "",
    ".env": "",
    ".git/config": "",
    ".well-known/security.txt": "",
    ".well-known/.hidden": "",
    "assets/.well-known/x": "",
    "assets/a.js": "",
    "assets/a.js.map": "",
  });
  expect(paths()).toEqual([".well-known/security.txt", "assets/a.js", "index.html"]);
  expect(faults()).toEqual({});
});

it.each(["/nowhere", __filename])("%s is no folder", (path) => {
  expect(readFrontendFolder(path).mistakes).toEqual([
    {
      ...{ key: "frontend.folder", value: path, expected: "a folder with a built frontend" },
      fix: "build the frontend, or correct the path",
    },
  ]);
});

it("a folder without a page has not been built", () => {
  folder.write({ "src/main.ts": "" });
  expect(faults()).toEqual({ "index.html": "the page that a visit starts with" });
});

it("a link is followed to a file in the folder, and nowhere else", () => {
  folder.write({ "index.html": "page" });
  symlinkSync("index.html", folder.join("200.html"));
  expect(faults()).toEqual({});
  expect(paths()).toEqual(["200.html", "index.html"]);
  symlinkSync(outside.join("secret.txt"), folder.join("out.txt"));
  symlinkSync(outside.join("folder"), folder.join("out"));
  symlinkSync(".", folder.join("loop"));
  symlinkSync("missing", folder.join("broken"));
  const file = "a file, or a link to one in the folder";
  expect(faults()).toEqual({
    "out.txt": file,
    out: file,
    loop: file,
    broken: "a link that leads to a file",
  });
});

it("what is neither a file nor a folder is refused, unread", () => {
  folder.write({ "index.html": "" });
  execFileSync("mkfifo", [folder.join("pipe")]);
  expect(faults()).toEqual({ pipe: "a file, or a link to a file" });
});

it("a name with control characters is refused, and shown without them", () => {
  folder.write({ "index.html": "", "line\nbreak.txt": "", "escape\u001b[31m/a.js": "" });
  const name = "a name in UTF-8 without control characters";
  expect(faults()).toEqual({ "line\\nbreak.txt": name, "escape\\u001b[31m": name });
});

it("more than 100 megabytes are refused before they are read", () => {
  folder.write({ "index.html": "", "film.mp4": "" });
  truncateSync(folder.join("film.mp4"), 101 * 1024 ** 2);
  expect(faults()).toEqual({ "": "100 megabytes at most (there are 101.0)" });
});

it("more than 10,000 files are refused, and not all counted", () => {
  mkdirSync(folder.join("a"));
  for (let at = 0; at < 10_002; at += 1) symlinkSync("../index.html", folder.join(`a/${String(at)}.js`));
  folder.write({ "index.html": "" });
  expect(faults()).toMatchObject({ "": "10000 files at most" });
});

it("every mistake is said at once", () => {
  folder.write({ "a\tb": "" });
  symlinkSync("missing", folder.join("broken"));
  expect(Object.keys(faults()).sort()).toEqual(["a\\tb", "broken", "index.html"]);
});

const isRoot = process.getuid?.() === 0;

(isRoot ? it.skip : it)("a file that may not be read is named", () => {
  folder.write({ "index.html": "" });
  chmodSync(folder.join("index.html"), 0);
  expect(Object.values(faults())).toEqual(["a folder whose files this user may read"]);
});
