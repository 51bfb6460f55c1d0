import { spawn } from "node:child_process";
import type { Outcome } from "../../bootstrap/run.js";

export interface ExecOptions {
  readonly signal: AbortSignal;
  /** User inside the container. @default - the container's own */
  readonly user?: string;
  /** What the program reads on standard input; the place for secrets, as no list of processes shows it. @default - nothing */
  readonly input?: string;
}

/** Runs a program inside a container; a failure is an outcome, not an error. */
export function execIn(
  container: string,
  command: readonly string[],
  { signal, user, input }: ExecOptions,
): Promise<Outcome> {
  const as = user === undefined ? [] : ["--user", user];
  return dockerWithin(["exec", "--interactive", ...as, container, ...command], signal, input);
}

/** Runs a shell script inside a container. @param script on standard input, so it may hold secrets */
export const scriptIn = (container: string, script: string, options: Omit<ExecOptions, "input">) =>
  execIn(container, ["sh", "-s"], { ...options, input: script });

/** The last lines of a container's log, each behind a bar. */
export async function lastLines(container: string, signal: AbortSignal, lines = 5): Promise<string> {
  const { stdout, stderr } = await dockerWithin(["logs", "--tail", String(lines), container], signal);
  const text = `${stdout}\n${stderr}`.split("\n").filter(Boolean).slice(-lines);
  return text.map((line) => `  | ${line}`).join("\n");
}

/** Runs docker, and ends it when the signal says so. */
function dockerWithin(args: readonly string[], signal: AbortSignal, input = ""): Promise<Outcome> {
  const child = spawn("docker", args, { stdio: ["pipe", "pipe", "pipe"], signal });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString().trim();
  }) as [() => string, () => string];
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout: stdout(), stderr: stderr() }));
  });
}
