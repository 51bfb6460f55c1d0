// The programs of libvips, which read an image on their standard input and write one to their output.
import { spawn } from "node:child_process";
import { timedOut, unusable } from "./errors.js";

export type Program = "vips" | "vipsheader" | "vipsthumbnail";

/** Largest result, in bytes. */
const largestResult = 256 * 1024 * 1024;

/** Runs one program; it is killed when the request ends. */
export function runVips(
  program: Program,
  args: readonly string[],
  input: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      signal,
      killSignal: "SIGKILL",
      // Readers that libvips does not trust with files from strangers stay off.
      env: { PATH: process.env.PATH, VIPS_BLOCK_UNTRUSTED: "1", VIPS_CONCURRENCY: "1", HOME: "/tmp" },
    });
    const output: Buffer[] = [];
    let [size, complaint] = [0, ""];
    child.stdout.on("data", (chunk: Buffer) => {
      output.push(chunk);
      size += chunk.length;
      if (size > largestResult) child.kill("SIGKILL");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(0, 1000);
    });
    // A program that has read enough closes its input.
    child.stdin.on("error", () => undefined);
    child.once("error", (error) => reject(signal.aborted ? timedOut() : error));
    child.once("close", (code) => {
      if (signal.aborted) reject(timedOut());
      else if (code === 0) resolve(Buffer.concat(output));
      else reject(unusable(`${program}: ${complaint.trim() || `ended with ${String(code)}`}`));
    });
    child.stdin.end(input);
  });
}
