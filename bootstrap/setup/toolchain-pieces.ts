// The programs that make up Pulumi here, and where each has to lie.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { cliBin, pinnedVersions, projectRoot, pulumiHome } from "../home.mjs";

/** The plugins that the program uses. */
export type PluginName = keyof ReturnType<typeof pinnedVersions>["plugins"];

/** One program of the toolchain, and what it is built from where it cannot be downloaded. */
export interface Piece {
  /** What the operator reads, e.g. "docker plugin 5.2.0". */
  readonly title: string;
  /** Where the program has to be. */
  readonly file: string;
  /** The plugin that it is. @default - the CLI, or a program that comes with it */
  readonly plugin?: PluginName;
  /** The folder in bootstrap/toolchain with its Go module. */
  readonly module: string;
  /** The Go package to build, as seen from that folder. */
  readonly package: string;
  /** What the linker sets to the version, as NAME=VALUE. @default - nothing is set */
  readonly version?: string;
  /** Arguments that a program built here always gets. @default - none */
  readonly always?: string;
  /** How long a build takes from nothing, in words. */
  readonly duration: string;
}

const { cli, plugins } = pinnedVersions();

/** Where Pulumi looks for a plugin. */
export const pluginFile = (name: PluginName): string =>
  join(pulumiHome, "plugins", `resource-${name}-v${plugins[name]}`, `pulumi-resource-${name}`);

const plugin = (name: PluginName, duration: string): Piece => ({
  title: `${name} plugin ${plugins[name]}`,
  file: pluginFile(name),
  plugin: name,
  module: "providers",
  package: `./${name}`,
  version: `main.version=${plugins[name]}`,
  duration,
});

/** Everything, in the order in which it is made: a plugin's download needs the CLI. */
export const pieces: readonly Piece[] = [
  {
    title: `Pulumi CLI ${cli}`,
    file: join(cliBin, "pulumi"),
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${cli}`,
    duration: "about 8 minutes",
  },
  {
    title: "Node.js language host",
    file: join(cliBin, "pulumi-language-nodejs"),
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    // This host takes from its command line what today's CLI tells hosts in another way: Pulumi.yaml's runtime options.
    always: "-typescript=false",
    duration: "about a minute",
  },
  plugin("docker", "about 5 minutes"),
  plugin("tls", "about 2 minutes"),
  plugin("random", "seconds"),
  plugin("command", "seconds"),
];

/** The folder of a piece's Go module. */
export const moduleFolder = (piece: Piece): string =>
  join(projectRoot, "bootstrap", "toolchain", piece.module);

/** Beside a program that was built here: the hash of what it was built from. A downloaded program has none. */
export const sourceRecord = (piece: Piece): string => `${piece.file}.source`;

/** The hash of all that a piece is built from. */
export function sourceHash(piece: Piece): string {
  const folder = moduleFolder(piece);
  const hash = createHash("sha256").update(piece.always ?? "");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const file = join(folder, name);
    if (statSync(file).isFile()) hash.update(name).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Why a piece has to be made, or nothing when it is there. */
export function lack(piece: Piece): string | undefined {
  if (!existsSync(piece.file)) return piece.title;
  const record = sourceRecord(piece);
  const current = !existsSync(record) || readFileSync(record, "utf8") === sourceHash(piece);
  return current ? undefined : `${piece.title} of today's source`;
}

/** The pieces that have to be made. */
export const missingPieces = (): readonly Piece[] => pieces.filter((piece) => lack(piece) !== undefined);
