import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseImage, localImage, localImageNames } from "../../bootstrap/images/catalog.js";

const checkout = join(__dirname, "..", "..");
let copy: string;
let images: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "catalog-"));
  images = join(copy, "bootstrap", "images");
  mkdirSync(join(copy, "bootstrap"));
  cpSync(join(checkout, "bootstrap", "images"), images, { recursive: true });
  writeManifest({ pg: "8.0.0", jose: "6.0.0", zod: "4.0.0" });
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

const writeManifest = (dependencies: Record<string, string>) =>
  writeFileSync(join(copy, "package.json"), JSON.stringify({ dependencies }));

const tags = () => Object.fromEntries(localImageNames.map((name) => [name, localImage(name, images)]));

function changedBy(change: () => void): string[] {
  const before = tags();
  change();
  const after = tags();
  return localImageNames.filter((name) => before[name] !== after[name]);
}

test("references are those of this checkout", () => {
  expect(localImage("postgres")).toMatch(/^platform-local\/postgres:17-[0-9a-f]{12}$/);
  expect(localImage("nginx")).toMatch(/^platform-local\/nginx:1\.30-[0-9a-f]{12}$/);
  expect(localImage("rest")).toMatch(/^platform-stand-in\/rest:[0-9a-f]{12}$/);
  expect(baseImage("trixie")).not.toBe(baseImage("forky"));
});

test.each([
  ["postgres/entrypoint.sh", ["postgres"]],
  ["postgres/postgresql.conf", ["postgres"]],
  ["nginx/Dockerfile", ["nginx"]],
  ["stand-in/lib/http.ts", ["rest"]],
  ["stand-in/rest/sql.ts", ["rest"]],
  ["base/make.sh", ["postgres", "nginx", "rest"]],
  ["catalog.ts", []],
])("a change of %s is a new tag of %j", (file, expected) => {
  expect(changedBy(() => appendFileSync(join(images, file), "\n"))).toEqual(expected);
});

test("a new file is a new tag, and so is another name for the same content", () => {
  expect(changedBy(() => writeFileSync(join(images, "nginx", "a.conf"), "x"))).toEqual(["nginx"]);
  expect(
    changedBy(() => {
      rmSync(join(images, "nginx", "a.conf"));
      writeFileSync(join(images, "nginx", "b.conf"), "x");
    }),
  ).toEqual(["nginx"]);
});

test("the versions of bundled packages count, others do not", () => {
  expect(changedBy(() => writeManifest({ pg: "8.0.1", jose: "6.0.0", zod: "4.0.0" }))).toEqual(["rest"]);
  expect(changedBy(() => writeManifest({ pg: "8.0.1", jose: "6.0.0", zod: "4.0.1" }))).toEqual([]);
  writeManifest({ pg: "8.0.1" });
  expect(tags).toThrow("package.json pins no jose");
});
