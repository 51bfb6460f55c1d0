#!/usr/bin/env node
// The first step on a machine that has nothing but Node: installs the npm packages, then goes on in TypeScript.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./home.mjs";

const major = Number(process.versions.node.split(".")[0]);
if (major < 20) {
  console.error(`Node ${process.versions.node} is too old: this project needs Node 20 or newer.`);
  process.exit(1);
}

const usage = `Usage: npm run setup -- [options]

Finds or installs what the platform needs on this machine; a second run changes nothing.

  --stack NAME  the stack to make ready (dev unless given)
  --yes         install without asking (CI=true says so too)
  --check       change nothing; exit with 1 and name what is missing
  --help        this text

Parts, in this order: npm packages; Pulumi with its language host and plugins; Docker Engine; images; the stack.
Each is found, or downloaded, or built from source where nothing can be downloaded.`;

const args = process.argv.slice(2);
if (args.includes("--help") || args.includes("-h")) {
  console.log(usage);
  process.exit(0);
}

const stamp = join(projectRoot, "node_modules", ".setup-lock-hash");
const wanted = createHash("sha256")
  .update(readFileSync(join(projectRoot, "package-lock.json")))
  .update(process.version)
  .digest("hex");
const present = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;

/** @param {string} text */
const say = (text) => {
  console.log("npm packages".padEnd(16) + text);
};

if (present) {
  say("found");
} else if (args.includes("--check")) {
  say("missing; the other parts are looked at once they are there. Next: npm run setup");
  process.exit(1);
} else {
  const started = Date.now();
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: projectRoot,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (npm.status !== 0) {
    console.error("npm ci failed; mend what it says above, then run npm run setup again.");
    process.exit(1);
  }
  mkdirSync(join(projectRoot, "node_modules"), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`installed from package-lock.json (${String(Math.round((Date.now() - started) / 1000))} s)`);
}

const rest = spawnSync(
  process.execPath,
  ["--import", "tsx", join(projectRoot, "bootstrap/setup/main.ts"), ...args],
  {
    cwd: projectRoot,
    stdio: "inherit",
  },
);
process.exit(rest.status ?? 1);
