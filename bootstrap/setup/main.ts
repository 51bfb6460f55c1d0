import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { resolveUpstream } from "../../settings/images.js";
import { browser } from "./browser.js";
import { engine } from "./engine.js";
import { imagesPart } from "./images.js";
import { type Part, SetupError } from "./part.js";
import { stackPart } from "./stack.js";
import { toolchain } from "./toolchain.js";

interface Options {
  readonly stack: string;
  readonly yes: boolean;
  readonly check: boolean;
  readonly tests: boolean;
}

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const line = (part: Part, text: string): void => {
  console.log(part.name.padEnd(16) + text);
};

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`${question} [y/N] `);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Brings one part about. @returns whether it is there now */
async function settle(part: Part, { yes, check }: Options): Promise<boolean> {
  const started = Date.now();
  const finding = await part.look();
  if ("found" in finding) {
    line(part, finding.found);
    return true;
  }
  line(part, `missing: ${finding.missing}`);
  if (check) return false;
  if (part.consent !== undefined && !yes && !(await agreed(part.consent))) {
    line(part, "left alone; say yes, or run: npm run setup -- --yes");
    return false;
  }
  const done = await part.provide((progress) => {
    line(part, `  ${progress} (${seconds(started)})`);
  });
  line(part, `${done} (${seconds(started)})`);
  return true;
}

async function setup(options: Options): Promise<void> {
  const parts: Part[] = [toolchain, engine, imagesPart(resolveUpstream), stackPart(options.stack)];
  if (options.tests) parts.push(browser);
  let missing = 0;
  for (const part of parts) {
    if (await settle(part, options)) continue;
    missing += 1;
    // A check goes on to name everything; without one, later parts stand on this one.
    if (!options.check) break;
  }
  if (missing > 0) {
    console.error(
      options.check ? `\n${String(missing)} missing. Next: npm run setup` : "\nSetup is not complete.",
    );
    process.exitCode = 1;
    return;
  }
  console.log(`\nReady. Next: npx pulumi up --stack ${options.stack}`);
}

const program = new Command("npm run setup --")
  .option("--stack <name>", "the stack to make ready", "dev")
  .option("--yes", "install without asking (CI=true says so too)", process.env.CI === "true")
  .option("--check", "change nothing; exit with 1 and name what is missing", false)
  .option("--tests", "also what the tests need: a browser", false)
  .action((options: Options) => setup(options));

program.parseAsync().catch((error: unknown) => {
  console.error(`\n${error instanceof SetupError ? error.message : String(error)}`);
  process.exitCode = 1;
});
