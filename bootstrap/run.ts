// Runs other programs line by line. Node's own means: execa cannot be loaded from CommonJS by every Node that runs this.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a program left behind. */
export interface Outcome {
  /** Exit code; 127 when the program does not exist, as a shell has it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Variables on top of this process's own. @default - none */
  readonly environment?: NodeJS.ProcessEnv;
  /** @default - this process's own folder */
  readonly cwd?: string;
  /** What the program reads on standard input. @default - nothing */
  readonly input?: string;
  /** Called with every line of both outputs. @default - nothing is called */
  readonly onLine?: (line: string) => void;
}

/** Runs a program to its end; a failure is an outcome, not an error. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
  });
  // A program that ends without reading its input is no fault of ours.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const stdout = collect(child.stdout, options.onLine);
  const stderr = collect(child.stderr, options.onLine);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code) =>
      resolve({ code: code ?? 1, stdout: stdout.join("\n"), stderr: stderr.join("\n") }),
    );
  });
}

/** Runs a program in the operator's terminal. @returns its exit code */
export function runAttached(
  program: string,
  args: readonly string[],
  { environment, cwd }: Pick<RunOptions, "environment" | "cwd"> = {},
): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit", cwd, env: { ...process.env, ...environment } });
  return new Promise((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  createInterface({ input: stream }).on("line", (line) => {
    lines.push(line);
    onLine?.(line);
  });
  return lines;
}

/** Runs a program that has to succeed.
 * @throws Error with the last 20 lines of its output */
export async function runOrFail(
  what: string,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const last: string[] = [];
  const onLine = (line: string) => {
    last.push(line);
    options.onLine?.(line);
  };
  const outcome = await run(program, args, { ...options, onLine });
  if (outcome.code !== 0) {
    const output = last.length === 0 ? outcome.stderr : last.slice(-20).join("\n");
    throw new Error(`${what}: ${program} ${args[0] ?? ""} ended with code ${outcome.code}\n${output}`);
  }
  return outcome;
}
