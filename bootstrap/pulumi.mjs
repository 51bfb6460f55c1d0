#!/usr/bin/env node
// What `npx pulumi` runs in this folder: the project's own Pulumi, with the passphrase of the stack at hand.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cliBin } from "./home.mjs";
import { pulumiEnvironment } from "./environment.mjs";

const program = join(cliBin, "pulumi");
if (!existsSync(program)) {
  console.error(`Pulumi is not set up for this project (no ${program}). Run: npm run setup`);
  process.exit(1);
}

const args = process.argv.slice(2);
const child = spawn(program, args, { stdio: "inherit", env: pulumiEnvironment(args) });
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  // The terminal sends these to the CLI as well; it ends the update in its own time, and so does this.
  process.on(signal, () => undefined);
}
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 130;
});
