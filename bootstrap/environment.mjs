// The environment in which this project's Pulumi runs, so that nobody has to set a variable by hand.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { cliBin, projectRoot, pulumiHome } from "./home.mjs";

/**
 * Where the passphrase of a stack lies: the laptop's own stack in the checkout, every other with its operator.
 * @param {string} stack
 */
export function passphraseFile(stack) {
  const committed = join(projectRoot, "bootstrap", "passphrases", stack);
  if (existsSync(committed)) return committed;
  const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config");
  return join(config, "sobertube-infrastructure", "passphrases", stack);
}

/**
 * The stack that a command line is about: the one it names, else the selected one.
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function stackOf(args) {
  const at = args.findIndex((word) => word === "--stack" || word === "-s");
  const named =
    at >= 0 ? args[at + 1] : args.find((word) => word.startsWith("--stack="))?.slice("--stack=".length);
  return (named ?? process.env.PULUMI_STACK ?? selectedStack())?.split("/").pop();
}

/**
 * What `pulumi stack select` wrote: the CLI keeps it by the project's name and the SHA-1 of Pulumi.yaml's path.
 * @returns {string | undefined}
 */
function selectedStack() {
  const path = join(realpathSync(projectRoot), "Pulumi.yaml");
  const id = createHash("sha1").update(path).digest("hex");
  const file = join(pulumiHome, "workspaces", `sobertube-${id}-workspace.json`);
  if (!existsSync(file)) return undefined;
  const workspace = /** @type {{ stack?: string }} */ (JSON.parse(readFileSync(file, "utf8")));
  return workspace.stack;
}

/**
 * The variables for a run of the CLI; what the operator has set stays as it is.
 * @param {readonly string[]} args
 * @returns {NodeJS.ProcessEnv}
 */
export function pulumiEnvironment(args) {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const given = PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  const file = passphraseFile(stackOf(args) ?? "dev");
  return {
    ...process.env,
    PULUMI_HOME: pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: `${cliBin}${delimiter}${process.env.PATH ?? ""}`,
    ...(given || !existsSync(file) ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: file }),
  };
}
