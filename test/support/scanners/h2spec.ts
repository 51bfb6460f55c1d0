import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheHome } from "../../../bootstrap/home.mjs";
import { buildGoProgram } from "../../../bootstrap/setup/images-go.js";

const program = { name: "h2spec", package: "github.com/summerwind/h2spec/cmd/h2spec" };

/** Builds it from its Go module, which is a matter of seconds where it was built before. */
export async function provideH2spec(): Promise<string> {
  const folder = join(cacheHome, "scanners");
  mkdirSync(folder, { recursive: true });
  await buildGoProgram("the HTTP/2 test", program, join(__dirname, "h2spec"), folder, () => undefined);
  return join(folder, program.name);
}

/** What h2spec found at a TLS port of 127.0.0.1. */
export interface Conformance {
  readonly cases: number;
  /** Titles of the failed cases, as h2spec prints them. */
  readonly failed: readonly string[];
}

/** Runs every case. */
export const runH2spec = (file: string, port: number, path: string): Promise<Conformance> =>
  new Promise((resolve) => {
    const args = ["--tls", "--insecure", "--port", String(port), "--path", path, "--timeout", "2"];
    execFile(file, args, { timeout: 240_000, maxBuffer: 16 * 1024 ** 2 }, (_, report) => {
      const failures = report.slice(report.indexOf("Failures:"));
      resolve({
        cases: Number(/(\d+) tests,/.exec(report)?.[1] ?? 0),
        failed: [...failures.matchAll(/^\s+× \d+: (.+)$/gm)].map(([, title]) => title ?? ""),
      });
    });
  });
