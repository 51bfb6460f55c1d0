import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromIndexTargets } from "../../bootstrap/setup/images-mirrors.js";
import { run, runOrFail } from "../../bootstrap/run.js";
import { useLocalImages, usesLocalImages } from "../../bootstrap/setup/images-settings.js";

describe("settings.local.yaml", () => {
  let root: string;
  const file = () => join(root, "settings.local.yaml");
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "settings-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test("is made with the reason in it", () => {
    expect(usesLocalImages(root)).toBe(false);
    expect(existsSync(file())).toBe(false);
    useLocalImages(root);
    expect(usesLocalImages(root)).toBe(true);
    expect(readFileSync(file(), "utf8")).toMatch(/^# .*registry.*\nimages: local\n$/);
  });

  test("keeps what else is in it, comments too", () => {
    writeFileSync(file(), "# mine\nports:\n  offset: 100 # two stacks\nimages: upstream\n");
    useLocalImages(root);
    expect(readFileSync(file(), "utf8")).toBe("# mine\nports:\n  offset: 100 # two stacks\nimages: local\n");
  });

  test("is not overwritten when it cannot be read", () => {
    writeFileSync(file(), "a: [");
    expect(() => useLocalImages(root)).toThrow("settings.local.yaml cannot be read");
    expect(readFileSync(file(), "utf8")).toBe("a: [");
  });
});

describe("the host's mirrors", () => {
  const main = "http://mirror.example/debian";
  const security = "http://mirror.example/debian-security";

  test.each([
    ["by label", `${security}/ Debian-Security\n${main}/ Debian\n`, { main, security }],
    ["by path before the first update", `${security}/ \n${main}/ \n`, { main, security }],
    [
      "without a security archive",
      `http://other.example/apt/ Other\n${main}/ Debian`,
      { main, security: undefined },
    ],
    [
      "under any path",
      "https://cache.example/d/ Debian",
      { main: "https://cache.example/d", security: undefined },
    ],
    ["not from another distribution", "http://archive.example/ubuntu/ Ubuntu", undefined],
    ["not from a mirror list", "mirror+file:/etc/apt/mirrors/debian.list Debian", undefined],
  ])("are found %s", (_, text, expected) => {
    expect(fromIndexTargets(text)).toEqual(expected);
  });
});

describe("running programs", () => {
  test("a failure carries the last 20 lines of both outputs", async () => {
    const script = "for i in $(seq 30); do echo line $i; done; echo oops >&2; exit 3";
    const failure = runOrFail("it broke", "sh", ["-c", script]);
    await expect(failure).rejects.toThrow(/^it broke: sh -c ended with code 3\n/);
    await expect(failure).rejects.toThrow(/line 30/);
    await expect(failure).rejects.not.toThrow(/line 10\n/);
  });

  test("a program that does not exist has code 127", async () => {
    expect((await run("no-such-program-here", [])).code).toBe(127);
  });
});
