import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGoProgram, goModuleFolder } from "../../bootstrap/setup/images-go.js";

const program = { name: "inbucket", package: "github.com/inbucket/inbucket/v3/cmd/inbucket" };
const path = process.env.PATH;
let work: string;
let pinning: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "images-go-"));
  pinning = join(work, "module");
  mkdirSync(join(work, "out"));
  cpSync(join(__dirname, "../../bootstrap/images/inbucket/build/inbucket"), pinning, { recursive: true });
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(work, { recursive: true, force: true });
});

const build = () => buildGoProgram("an/image:tag", program, pinning, join(work, "out"), () => undefined);

test("a module of another content than was pinned is refused", async () => {
  const sums = join(pinning, "go.sum");
  const pinned = /^(github\.com\/inbucket\/inbucket\/v3 v3\.1\.1 h1:)\w{4}/m;
  expect(readFileSync(sums, "utf8")).toMatch(pinned);
  writeFileSync(sums, readFileSync(sums, "utf8").replace(pinned, "$1AAAA"));
  await expect(build()).rejects.toThrow(/an\/image:tag could not be made: go(.|\n)*checksum mismatch/);
  expect(existsSync(join(work, "out", "inbucket"))).toBe(false);
});

test("a module that is not pinned is not fetched", async () => {
  rmSync(join(pinning, "go.sum"));
  await expect(build()).rejects.toThrow("missing go.sum entry");
});

test("without Go it says what to do", async () => {
  process.env.PATH = work;
  await expect(build()).rejects.toThrow("there is no go on PATH. Install Go");
});

describe("the files of a module", () => {
  const module = "github.com/corazawaf/coraza-coreruleset/v4";
  const pinned = join(__dirname, "../../bootstrap/images/nginx/build/coreruleset");
  const folder = () => goModuleFolder("an/image:tag", module, join(work, "rules"));

  beforeEach(() => cpSync(pinned, join(work, "rules"), { recursive: true }));

  test("are those of the version that is pinned", async () => {
    expect(readFileSync(join(await folder(), "rules/@crs-setup.conf.example"), "utf8")).toContain(
      "ver.4.25.0",
    );
  });

  test("are refused when they are others than were pinned", async () => {
    const sums = join(work, "rules", "go.sum");
    writeFileSync(sums, readFileSync(sums, "utf8").replace("v4.25.0 h1:tqFO", "v4.25.0 h1:AAAA"));
    await expect(folder()).rejects.toThrow(/an\/image:tag could not be made: (.|\n)*checksum mismatch/);
  });

  test("are not had without Go, and it says what to do", async () => {
    process.env.PATH = work;
    await expect(folder()).rejects.toThrow("there is no go on PATH. Install Go");
  });
});
