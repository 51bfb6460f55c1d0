// Where this project's own Pulumi lives: apart from ~/.pulumi, so that no other project gets these builds.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this checkout. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Caches of this project, shared by its checkouts. @default ~/.cache/sobertube-infrastructure */
export const cacheHome = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  "sobertube-infrastructure",
);

/** PULUMI_HOME of this project: plugins, and the CLI with its language host. */
export const pulumiHome = join(cacheHome, "pulumi");

/**
 * The exact versions that package.json pins.
 * @returns {{ cli: string, plugins: Record<"docker" | "tls" | "random" | "command", string> }}
 */
export function pinnedVersions() {
  const manifest = /** @type {{ pulumi: { cli: string }, dependencies: Record<string, string> }} */ (
    JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))
  );
  /** @param {string} name */
  const pinned = (name) => {
    const version = manifest.dependencies[`@pulumi/${name}`];
    if (version === undefined) throw new Error(`package.json pins no @pulumi/${name}`);
    return version;
  };
  return {
    cli: manifest.pulumi.cli,
    plugins: {
      docker: pinned("docker"),
      tls: pinned("tls"),
      random: pinned("random"),
      command: pinned("command"),
    },
  };
}

/** The folder that holds `pulumi` and `pulumi-language-nodejs`, as the official launcher lays it out. */
export const cliBin = join(pulumiHome, "versions", pinnedVersions().cli, "bin");
