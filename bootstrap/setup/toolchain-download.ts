// The official programs, from where Pulumi publishes them.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cliBin, pinnedVersions, pulumiHome } from "../home.mjs";
import { run } from "../run.js";
import { lack, type Piece, sourceRecord } from "./toolchain-pieces.js";

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "x64", arm64: "arm64" };
const systems: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin" };

/** The release's archive for this machine, if there is one. */
function archiveUrl(): string | undefined {
  const [system, architecture] = [systems[process.platform], architectures[process.arch]];
  if (system === undefined || architecture === undefined) return undefined;
  const { cli } = pinnedVersions();
  return `https://get.pulumi.com/releases/sdk/pulumi-v${cli}-${system}-${architecture}.tar.gz`;
}

/** Whether the downloads can be reached from here; one request of at most 5 seconds decides it. */
export async function downloadsReachable(): Promise<boolean> {
  const url = archiveUrl();
  if (url === undefined) return false;
  try {
    return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

/** Downloads the pieces.
 * @returns those that could not be had, to be built instead */
export async function download(
  missing: readonly Piece[],
  progress: (line: string) => void,
): Promise<readonly Piece[]> {
  if (missing.some(({ plugin }) => plugin === undefined)) {
    progress(`downloading Pulumi ${pinnedVersions().cli}`);
    await downloadCli(missing).catch((error: unknown) => progress(`not downloaded: ${String(error)}`));
  }
  for (const piece of missing) {
    if (piece.plugin === undefined || !existsSync(join(cliBin, "pulumi"))) continue;
    progress(`downloading the ${piece.title}`);
    await downloadPlugin(piece, piece.plugin, progress);
  }
  return missing.filter((piece) => lack(piece) !== undefined);
}

async function downloadCli(missing: readonly Piece[]): Promise<void> {
  const response = await fetch(archiveUrl() ?? "");
  if (!response.ok) throw new Error(`the archive answered ${response.status}`);
  mkdirSync(pulumiHome, { recursive: true });
  const staging = mkdtempSync(join(pulumiHome, ".download-"));
  try {
    const archive = join(staging, "pulumi.tar.gz");
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    const { code, stderr } = await run("tar", ["-xzf", archive, "-C", staging]);
    if (code !== 0) throw new Error(`the archive does not unpack: ${stderr}`);
    for (const piece of missing.filter(({ plugin }) => plugin === undefined)) {
      install(join(staging, "pulumi", piece.file.slice(cliBin.length)), piece);
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Puts a finished program in its place in one step, so that no other run ever sees half of it. */
export function install(program: string, piece: Piece): void {
  mkdirSync(dirname(piece.file), { recursive: true });
  chmodSync(program, 0o755);
  rmSync(sourceRecord(piece), { force: true });
  renameSync(program, piece.file);
}

async function downloadPlugin(piece: Piece, name: string, progress: (line: string) => void): Promise<void> {
  const version = piece.title.slice(piece.title.lastIndexOf(" ") + 1);
  const folder = dirname(piece.file);
  const built = existsSync(sourceRecord(piece));
  const args = ["plugin", "install", "resource", name, version, "--non-interactive"];
  const { code, stderr } = await run(join(cliBin, "pulumi"), built ? [...args, "--reinstall"] : args, {
    environment: { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  // The CLI leaves its lock behind, and what a failed download began.
  for (const suffix of [".lock", ".partial"]) rmSync(`${folder}${suffix}`, { force: true, recursive: true });
  if (code === 0) rmSync(sourceRecord(piece), { force: true });
  else progress(`not downloaded: ${/^error: (.*)$/m.exec(stderr)?.[1] ?? stderr}`);
}
