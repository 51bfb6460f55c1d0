import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { passphraseFile, pulumiEnvironment } from "../environment.mjs";
import { cliBin, projectRoot } from "../home.mjs";
import { type Outcome, run } from "../run.js";
import { type Part, SetupError } from "./part.js";

/** The stack in its backend, and the passphrase that its secrets are encrypted with. */
export function stackPart(stack: string): Part {
  return {
    name: `Stack ${stack}`,
    async look() {
      if (!existsSync(join(cliBin, "pulumi"))) return { missing: "Pulumi, which knows it" };
      if (!hasPassphrase(stack)) return { missing: `a passphrase (${passphraseFile(stack)})` };
      const { stdout } = await pulumi(stack, ["stack", "ls", "--json"]);
      const known = (JSON.parse(stdout) as { name: string }[]).some(({ name }) => name === stack);
      return known ? { found: "found" } : { missing: "not in the backend yet" };
    },
    async provide() {
      const where = hasPassphrase(stack) ? "" : `; passphrase ${await makePassphrase(stack)}`;
      await pulumi(stack, ["stack", "init", stack, "--no-select"]);
      return `made${where}`;
    },
  };
}

const hasPassphrase = (stack: string): boolean =>
  existsSync(passphraseFile(stack)) ||
  process.env.PULUMI_CONFIG_PASSPHRASE !== undefined ||
  process.env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;

/** Asks for a passphrase or makes one, and keeps it where only its operator reads it. */
async function makePassphrase(stack: string): Promise<string> {
  const given = process.stdin.isTTY ? await ask(stack) : "";
  const file = passphraseFile(stack);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${given === "" ? randomBytes(32).toString("base64url") : given}\n`, { mode: 0o600 });
  return `${given === "" ? "generated and" : ""} kept in ${file}: back it up, the stack's secrets are lost without it`.trim();
}

async function ask(stack: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Passphrase for the secrets of ${stack} (empty: one is generated): `);
  prompt.close();
  return answer.trim();
}

async function pulumi(stack: string, args: readonly string[]): Promise<Outcome> {
  const environment = pulumiEnvironment(["--stack", stack]);
  const outcome = await run(join(cliBin, "pulumi"), [...args, "--non-interactive"], {
    cwd: projectRoot,
    environment,
  });
  if (outcome.code !== 0) throw new SetupError(`pulumi ${args.join(" ")} failed:\n${outcome.stderr}`);
  return outcome;
}
