import { join } from "node:path";
import { projectRoot } from "../../bootstrap/home.mjs";
import { type Outcome, run } from "../../bootstrap/run.js";
import type { TestStack } from "./stack.js";

/** Runs one of the operator's commands on a test's stack, as `npm run` would. */
export function operator(test: TestStack, ...args: string[]): Promise<Outcome> {
  const tsx = join(projectRoot, "node_modules", ".bin", "tsx");
  return run(tsx, [join(projectRoot, "cli", "main.ts"), ...args], {
    cwd: test.folder,
    environment: test.env,
  });
}
