import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  baseImage,
  localImage,
  localImageNames,
  recipe,
  type LocalImageName,
} from "../../bootstrap/images/catalog.js";

const checkout = join(__dirname, "..", "..");
let copy: string;
let images: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "catalog-"));
  images = join(copy, "bootstrap", "images");
  mkdirSync(join(copy, "bootstrap"));
  cpSync(join(checkout, "bootstrap", "images"), images, { recursive: true });
  writeManifest({});
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

/** Writes a package.json that pins all that the images need, and some of it in other versions. */
function writeManifest(changed: Record<string, string | undefined>): void {
  const needed = localImageNames.flatMap((name) => {
    const { bundle, npmProgram } = recipe(name);
    return [...(bundle?.packages ?? []), ...(npmProgram === undefined ? [] : [npmProgram.package])];
  });
  const pinned = Object.fromEntries(needed.map((name) => [name, "1.0.0"]));
  const dependencies = { ...pinned, unused: "1.0.0", ...changed };
  writeFileSync(join(copy, "package.json"), JSON.stringify({ dependencies }));
}

const having = (condition: (name: LocalImageName) => boolean) => localImageNames.filter(condition);
const bundling = (name: string) => having((image) => recipe(image).bundle?.packages.includes(name) ?? false);

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
  expect(localImage("minio")).toMatch(/^platform-local\/minio:2026-02-12-[0-9a-f]{12}$/);
  expect(baseImage("trixie")).not.toBe(baseImage("forky"));
});

test.each([
  ["postgres/entrypoint.sh", ["postgres"]],
  ["postgres/postgresql.conf", ["postgres"]],
  ["nginx/Dockerfile", ["nginx"]],
  ["minio/build/mc/go.sum", ["minio"]],
  ["nginx/build/coreruleset/go.mod", ["nginx"]],
  ["inbucket/ui/static/mailbox.js", ["inbucket"]],
  ["stand-in/lib/http.ts", having((name) => recipe(name).bundle?.shared === "stand-in/lib")],
  ["stand-in/rest/sql.ts", ["rest"]],
  ["base/make.sh", localImageNames],
  ["catalog.ts", []],
  ["recipe.ts", []],
] as const)("a change of %s is a new tag of %j", (file, expected) => {
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
  expect(changedBy(() => writeManifest({ pg: "1.0.1" }))).toEqual(bundling("pg"));
  expect(changedBy(() => writeManifest({ pg: "1.0.1", unused: "1.0.1" }))).toEqual([]);
  writeManifest({ jose: undefined });
  expect(tags).toThrow("package.json pins no jose");
});

test("a folder holds the recipe of one image", () => {
  const folders = localImageNames.map((name) => recipe(name).folder);
  expect(new Set(folders).size).toBe(folders.length);
});

describe.each(having((name) => recipe(name).programs !== undefined))("the Go programs of %s", (image) => {
  const { folder, programs = [] } = recipe(image);

  test.each(programs)("$name is pinned, and so is all that it is made of", ({ name, package: path }) => {
    const module = join(checkout, "bootstrap", "images", folder, "build", name);
    const pinned = readFileSync(join(module, "go.mod"), "utf8");
    expect(pinned).toContain(`\ntool ${path}\n`);
    expect(pinned).not.toMatch(/^replace /m);
    expect(existsSync(join(module, "go.sum"))).toBe(true);
  });
});
