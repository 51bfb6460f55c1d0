import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../bootstrap/home.mjs";

export interface Observation {
  readonly scan: { readonly score: number; readonly grade: string };
  readonly tests: Readonly<
    Record<string, { readonly pass: boolean; readonly result: string; readonly scoreModifier: number }>
  >;
}

/**
 * MDN's HTTP Observatory on a server of this machine.
 * @param connections ports of 127.0.0.1 by `NAME:PORT`
 */
export async function observe(
  host: string,
  ca: string,
  connections: Readonly<Record<string, number>>,
): Promise<Observation> {
  const folder = mkdtempSync(join(tmpdir(), "observatory-"));
  const file = join(folder, "ca.crt");
  writeFileSync(file, ca);
  const scanner = join(projectRoot, "node_modules/@mdn/mdn-http-observatory/src/scan.js");
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--require", join(__dirname, "elsewhere.cjs"), scanner, host],
      {
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          NODE_EXTRA_CA_CERTS: file,
          CONNECTIONS: JSON.stringify(connections),
        },
        timeout: 60_000,
      },
    );
    return JSON.parse(stdout) as Observation;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
