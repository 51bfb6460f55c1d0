import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A file to be written. */
export interface OutputFile {
  readonly name: string;
  readonly content: string;
  /** Permissions, whatever the umask is. */
  readonly mode: number;
}

export type Change = "new" | "changed" | "unchanged";

/**
 * Writes files into a folder that only its owner may enter. Each is there as a whole or as it was; files of other names
 * are left alone.
 * @returns what became of each
 */
export function writeFiles(folder: string, files: readonly OutputFile[]): Record<string, Change> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return Object.fromEntries(files.map((file) => [file.name, writeFile(folder, file)]));
}

function writeFile(folder: string, { name, content, mode }: OutputFile): Change {
  const path = join(folder, name);
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (before === content) {
    chmodSync(path, mode);
    return "unchanged";
  }
  const partial = join(folder, `.${name}.${String(process.pid)}`);
  try {
    writeFileSync(partial, content, { mode: 0o600 });
    chmodSync(partial, mode);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  return before === undefined ? "new" : "changed";
}
