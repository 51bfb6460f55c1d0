import { join } from "node:path";
import { pulumiEnvironment } from "../bootstrap/environment.mjs";
import { cliBin } from "../bootstrap/home.mjs";
import { run, runAttached } from "../bootstrap/run.js";

/** A message to the operator, without a stack trace; ends the command with exit code 1. */
export class OperatorError extends Error {}

const program = join(cliBin, "pulumi");

/** Runs Pulumi in the operator's terminal. @returns its exit code */
export function runPulumi(args: readonly string[]): Promise<number> {
  return runAttached(program, args, { environment: pulumiEnvironment(args) });
}

/** Runs Pulumi for its answer. @throws OperatorError with what it said when it fails */
export async function askPulumi(args: readonly string[], input?: string): Promise<string> {
  const environment = pulumiEnvironment(args);
  const { code, stdout, stderr } = await run(program, [...args, "--non-interactive"], { environment, input });
  if (code !== 0) throw new OperatorError(`pulumi ${args.join(" ")} failed:\n${stderr}${stdout}`);
  return stdout;
}

/** One resource in the state. */
export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
}

/** A stack's state, as `pulumi stack export` gives it. */
export interface StackState {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
  };
}

export async function exportState(stack: string): Promise<StackState> {
  return JSON.parse(await askPulumi(["stack", "export", "--stack", stack])) as StackState;
}
