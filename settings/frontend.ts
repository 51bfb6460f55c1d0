import { accessSync, constants, existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { readFrontend } from "../components/gateway/frontend-files.js";
import { type Mistake, printable } from "../components/mistakes.js";

/** A built frontend on this machine. */
export interface FrontendFolder {
  /** As the configuration names it: from the project's folder, or absolute. */
  readonly folder: string;
  /** Names its content: another one when any byte is another. */
  readonly digest: string;
}

/**
 * The frontend that 443 serves. Names that begin with a dot, but for `.well-known`, and source maps are left out.
 * @param folder path from the project's folder; empty for the platform's own page
 */
export function readFrontendFolder(folder: string): {
  frontend?: FrontendFolder;
  mistakes: readonly Mistake[];
} {
  if (folder === "") return { mistakes: [] };
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory())
    return {
      mistakes: [
        mistake(folder, "a folder with a built frontend", "build the frontend, or correct the path"),
      ],
    };
  try {
    accessSync(root, constants.R_OK | constants.X_OK);
    const { digest, faults } = readFrontend(root);
    if (faults.length === 0) return { frontend: { folder, digest }, mistakes: [] };
    return {
      mistakes: faults.map(({ path, expected, fix }) =>
        mistake(path === "" ? folder : `${folder}/${path}`, expected, fix),
      ),
    };
  } catch (error) {
    // The one thing that only reading shows: a file or folder that this user may not read.
    const { path = root, code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES") throw error;
    return {
      mistakes: [mistake(path, "a folder whose files this user may read", `chmod -R u+rX ${folder}`)],
    };
  }
}

const mistake = (value: string, expected: string, fix: string): Mistake => ({
  key: "frontend.folder",
  value: printable("frontend.folder", value).slice(1, -1),
  expected,
  fix,
});
