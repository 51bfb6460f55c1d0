// Pulumi for this project: the CLI, its Node.js language host, and the plugins that package.json pins.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cliBin, pinnedVersions, pulumiHome } from "../home.mjs";
import { run } from "../run.js";
import { type Part, SetupError } from "./part.js";
import { build } from "./toolchain-build.js";
import { download, downloadsReachable } from "./toolchain-download.js";
import {
  lack,
  missingPieces,
  pieces,
  pluginFile,
  type PluginName,
  sourceRecord,
} from "./toolchain-pieces.js";

export type { PluginName };

/** Found when every program is there in its pinned version; downloaded, else built from source, where not. */
export const toolchain: Part = {
  name: "Pulumi",
  look() {
    const missing = pieces.map(lack).filter((text) => text !== undefined);
    return Promise.resolve(
      missing.length > 0 ? { missing: missing.join(", ") } : { found: `found (${versions()})` },
    );
  },
  async provide(progress) {
    const missing = missingPieces();
    const reachable = await downloadsReachable();
    if (!reachable) progress("the downloads cannot be reached from here: building from source");
    const left = reachable ? await download(missing, progress) : missing;
    if (left.length > 0) await build(left, progress);
    removeOtherPlugins();
    const how =
      left.length === 0 ? "downloaded" : left.length === missing.length ? "built" : "downloaded and built";
    return `${how} (${versions()})`;
  },
};

const versions = (): string => {
  const { cli, plugins } = pinnedVersions();
  const rest = Object.entries(plugins).map(([name, version]) => `${name} ${version}`);
  return [cli, ...rest].join(", ");
};

/** Older pins would pile up, 50 MB each. */
function removeOtherPlugins(): void {
  const pinned = pieces.flatMap(({ plugin, file }) =>
    plugin === undefined ? [] : [basename(dirname(file))],
  );
  const folder = join(pulumiHome, "plugins");
  for (const name of readdirSync(folder)) {
    if (!pinned.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * The inputs that an installed plugin knows, by type token: an input that the SDK has and the plugin has not would be
 * dropped in silence. Nested inputs are dotted paths, as in `healthcheck.tests`.
 *
 * A plugin built here prints them from the schema that it checks resources against; an official one from its package
 * schema.
 */
export async function pluginInputs(plugin: PluginName): Promise<Record<string, string[]>> {
  const file = pluginFile(plugin);
  const piece = pieces.find((each) => each.file === file);
  if (piece === undefined || !existsSync(file)) {
    throw new SetupError(`The ${plugin} plugin is not installed. Run: npm run setup`);
  }
  if (existsSync(sourceRecord(piece))) {
    return JSON.parse(await print(file, ["--list-inputs"])) as Record<string, string[]>;
  }
  const schema = JSON.parse(await print(join(cliBin, "pulumi"), ["package", "get-schema", file])) as Schema;
  return Object.fromEntries(
    Object.entries(schema.resources).map(([token, { inputProperties }]) => [
      token,
      inputPaths(inputProperties ?? {}, schema).sort(),
    ]),
  );
}

async function print(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, { environment: { PULUMI_HOME: pulumiHome } });
  if (code !== 0) throw new SetupError(`${program} ${args.join(" ")} ended with code ${code}:\n${stderr}`);
  return stdout;
}

/** The part of a package schema that inputs are read from. */
interface Schema {
  readonly resources: Record<string, { readonly inputProperties?: Properties }>;
  readonly types?: Record<string, { readonly properties?: Properties }>;
}
type Properties = Record<string, PropertyType>;
interface PropertyType {
  readonly $ref?: string;
  readonly items?: PropertyType;
}

function inputPaths(properties: Properties, schema: Schema): string[] {
  return Object.entries(properties).flatMap(([name, type]) => {
    const reference = (type.items ?? type).$ref?.replace("#/types/", "") ?? "";
    const nested = schema.types?.[decodeURIComponent(reference)]?.properties ?? {};
    return [name, ...inputPaths(nested, schema).map((path) => `${name}.${path}`)];
  });
}
