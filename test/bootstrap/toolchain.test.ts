import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cliBin, pinnedVersions, projectRoot, pulumiHome } from "../../bootstrap/home.mjs";
import { pluginInputs, toolchain } from "../../bootstrap/setup/toolchain.js";
import {
  lack,
  pieces,
  pluginFile,
  sourceHash,
  sourceRecord,
} from "../../bootstrap/setup/toolchain-pieces.js";

const { cli, plugins } = pinnedVersions();
const names = Object.keys(plugins) as (keyof typeof plugins)[];

const sdkVersion = (name: string): string => {
  const manifest = readFileSync(join(projectRoot, "node_modules/@pulumi", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version.replace(/^v/, "");
};
const pulumi = (...args: string[]): string =>
  execFileSync(join(cliBin, "pulumi"), args, {
    encoding: "utf8",
    env: { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });

describe("the installed toolchain", () => {
  test("is found", async () => {
    expect(await toolchain.look()).toEqual({ found: expect.stringContaining(`found (${cli}, `) as string });
  });

  test("has the CLI of package.json", () => {
    expect(pulumi("version").trim()).toBe(`v${cli}`);
  });

  test.each(names)("has the %s plugin of its SDK's version", (name) => {
    expect(sdkVersion(name)).toBe(plugins[name]);
  });

  test("has plugins that report the version they were built as", () => {
    // Official plugins do not all know the flag.
    const built = pieces.filter((piece) => piece.plugin !== undefined && existsSync(sourceRecord(piece)));
    const reported = built.map(({ file }) => execFileSync(file, ["--version"], { encoding: "utf8" }).trim());
    expect(reported).toEqual(built.map(({ plugin }) => plugins[plugin ?? "docker"]));
  });

  test("shows the engine these plugins and no other", () => {
    const listed = JSON.parse(pulumi("plugin", "ls", "--json")) as {
      name: string;
      kind: string;
      version: string;
    }[];
    const found = listed.map(({ name, kind, version }) => `${kind} ${name} ${version}`);
    expect(found.sort()).toEqual(names.map((name) => `resource ${name} ${plugins[name]}`).sort());
  });

  test("leaves no lock, no half download and no older pin beside the plugins", () => {
    const pinned = names.map((name) => basename(dirname(pluginFile(name))));
    expect(readdirSync(join(pulumiHome, "plugins")).sort()).toEqual(pinned.sort());
  });
});

describe("pluginInputs", () => {
  test("names nested inputs as the SDK does", async () => {
    const inputs = await pluginInputs("docker");
    expect(inputs["docker:index/container:Container"]).toEqual(
      expect.arrayContaining([
        "capabilities.adds",
        "command",
        "envs",
        "healthcheck.startPeriod",
        "networksAdvanced.ipv4Address",
        "uploads.permissions",
      ]),
    );
  });

  test("leaves out what a resource only gives", async () => {
    const inputs = await pluginInputs("tls");
    expect(inputs["tls:index/privateKey:PrivateKey"]).toEqual(["algorithm", "ecdsaCurve", "rsaBits"]);
  });
});

describe("the pieces", () => {
  test.each(pieces)("$title is built from a module with its sums", (piece) => {
    const folder = join(projectRoot, "bootstrap/toolchain", piece.module);
    expect(["go.mod", "go.sum"].filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  });

  test("a missing program is named", () => {
    const [piece] = pieces;
    if (piece === undefined) throw new Error("no pieces");
    expect(lack({ ...piece, file: "/nowhere/pulumi" })).toBe(piece.title);
  });

  test("the source's hash follows the module that a piece is built from", () => {
    const hashes = new Map(pieces.map((piece) => [piece.module, sourceHash(piece)]));
    expect(new Set(hashes.values()).size).toBe(3);
  });
});
