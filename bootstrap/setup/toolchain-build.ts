// The same programs, built from their published Go modules on machines that cannot download them.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pulumiHome } from "../home.mjs";
import { run } from "../run.js";
import { SetupError } from "./part.js";
import { install } from "./toolchain-download.js";
import { moduleFolder, type Piece, sourceHash, sourceRecord } from "./toolchain-pieces.js";

/** Builds the pieces one after the other; a build uses all cores by itself.
 * @throws SetupError when there is no fitting Go, or a build fails */
export async function build(missing: readonly Piece[], progress: (line: string) => void): Promise<void> {
  await requireGo(missing);
  mkdirSync(pulumiHome, { recursive: true });
  const staging = mkdtempSync(join(pulumiHome, ".build-"));
  try {
    for (const [index, piece] of missing.entries()) {
      progress(`building the ${piece.title} (${index + 1} of ${missing.length}, ${piece.duration})`);
      await buildOne(piece, join(staging, "program"));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function buildOne(piece: Piece, program: string): Promise<void> {
  const source = sourceHash(piece);
  const version = piece.version === undefined ? "" : ` -X ${piece.version}`;
  const flags = ["-trimpath", "-ldflags", `-s -w${version}`];
  const args = ["-C", moduleFolder(piece), "build", ...flags, "-o", program, piece.package];
  const { code, stderr } = await run("go", args, { environment: { CGO_ENABLED: "0", GOWORK: "off" } });
  if (code !== 0) {
    throw new SetupError(
      `${piece.title} cannot be downloaded from here, and building it in ${moduleFolder(piece)} failed:\n` +
        stderr.split("\n").slice(-20).join("\n"),
    );
  }
  if (piece.always !== undefined) launch(program, piece.file, piece.always);
  install(program, piece);
  writeFileSync(sourceRecord(piece), source);
}

/** Puts the program beside its place and a script that starts it with arguments into `program`. */
function launch(program: string, file: string, always: string): void {
  mkdirSync(dirname(file), { recursive: true });
  renameSync(program, `${file}.bin`);
  writeFileSync(program, `#!/bin/sh\nexec "$0.bin" ${always} "$@"\n`);
}

/** Go switches to a newer release by itself only where it may download one: the one at hand has to do. */
async function requireGo(missing: readonly Piece[]): Promise<void> {
  const wanted = missing.map(goDirective).sort(byVersion).at(-1) ?? "";
  const { code, stdout } = await run("go", ["-C", tmpdir(), "env", "GOVERSION"]);
  const found = code === 0 ? /^go([\d.]+)/.exec(stdout)?.[1] : undefined;
  if (found !== undefined && byVersion(found, wanted) >= 0) return;
  const titles = missing.map(({ title }) => title).join(", ");
  throw new SetupError(
    `${titles} cannot be downloaded from here, and building from source needs Go ${wanted} or newer ` +
      `(${found === undefined ? "there is no go on PATH" : `found ${found}`}). ` +
      "Install it, put it on PATH, and run npm run setup again.",
  );
}

/** The Go release that a module asks for. */
function goDirective(piece: Piece): string {
  const text = readFileSync(join(moduleFolder(piece), "go.mod"), "utf8");
  return /^go ([\d.]+)$/m.exec(text)?.[1] ?? "";
}

const byVersion = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
