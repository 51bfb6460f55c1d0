import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readFunctions } from "../../settings/functions.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "functions-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const paths = (): string[] => readFunctions(folder).files.map(({ path }) => path);

it("the functions that ship are the router and the example", () => {
  const { files, mistakes } = readFunctions("");
  expect(mistakes).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(["main/index.ts", "hello/index.ts"]));
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
});

it("a folder of one's own gets the router too, and not the example", () => {
  write({
    "greet/index.ts": "",
    "_shared/cors.ts": "",
    ".env": "SECRET=1",
    "greet/node_modules/x/index.js": "",
  });
  expect(readFunctions(folder).mistakes).toEqual([]);
  expect(paths().filter((path) => !path.startsWith("main/"))).toEqual(["_shared/cors.ts", "greet/index.ts"]);
  expect(paths()).toContain("main/index.ts");
});

it.each([
  ["main/index.ts", "another name"],
  ["health/index.ts", "another name"],
  ["two words/index.ts", "letters, digits, hyphens"],
  ["greet/readme.md", "a function, whose code is in index.ts"],
])("%s is refused", (path, expected) => {
  write({ [path]: "" });
  const [mistake, ...more] = readFunctions(folder).mistakes;
  expect(more).toEqual([]);
  expect(mistake).toMatchObject({ key: "functions.folder", value: join(folder, path.split("/")[0] ?? "") });
  expect(mistake?.expected).toContain(expected);
});

it("what is not text, or too much, is refused", () => {
  write({
    "a/index.ts": "",
    "a/model.bin": Buffer.from([0xff, 0xfe]),
    "a/large.ts": "x".repeat(9 * 1024 ** 2),
  });
  expect(readFunctions(folder).mistakes.map(({ expected }) => expected)).toEqual([
    "text in UTF-8",
    "8 megabytes of sources at most",
  ]);
});
