import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isUtf8 } from "node:buffer";
import { join, resolve } from "node:path";
import type { Mistake } from "../components/mistakes.js";

/** One source file below the functions' folder. */
export interface FunctionFile {
  readonly path: string;
  readonly content: string;
}

/** The functions that ship with the project. */
const shipped = join(__dirname, "..", "functions");

/** Megabytes that all files may have together: they travel through the engine as one request. */
const limit = 8;

/**
 * The sources that the edge runtime gets: the router `main`, and the functions of a folder.
 * @param folder path from the project's folder; empty for the example that ships
 */
export function readFunctions(folder: string): { files: FunctionFile[]; mistakes: Mistake[] } {
  const root = folder === "" ? shipped : resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    return {
      files: [],
      mistakes: [mistake(folder, "a folder with one folder for each function", "correct the path")],
    };
  }
  const own = join(shipped, "main");
  const files = filesBelow(root).filter(({ path }) => root !== shipped || !path.startsWith("main/"));
  const main = filesBelow(own).map(({ path, bytes }) => ({ path: `main/${path}`, bytes }));
  return {
    files: [...main, ...files].map(({ path, bytes }) => ({ path, content: bytes.toString("utf8") })),
    mistakes: [...nameMistakes(folder, files), ...contentMistakes(folder, files)],
  };
}

interface Source {
  readonly path: string;
  readonly bytes: Buffer;
}

function filesBelow(root: string, prefix = ""): Source[] {
  return readdirSync(join(root, prefix), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = prefix + entry.name;
      return entry.isDirectory()
        ? filesBelow(root, `${path}/`)
        : [{ path, bytes: readFileSync(join(root, path)) }];
    });
}

const reserved = ["main", "health"];

function nameMistakes(folder: string, files: readonly Source[]): Mistake[] {
  const names = new Set(
    files.filter(({ path }) => path.includes("/")).map(({ path }) => path.split("/")[0] ?? ""),
  );
  return [...names]
    .filter((name) => !name.startsWith("_"))
    .flatMap((name) => {
      const at = `${folder}/${name}`;
      if (reserved.includes(name))
        return [
          mistake(at, `another name: ${reserved.join(" and ")} are the router's own`, "rename the folder"),
        ];
      if (!/^[a-zA-Z0-9_-]+$/.test(name))
        return [mistake(at, "a name of letters, digits, hyphens and underscores", "rename the folder")];
      const found = files.some(({ path }) => path === `${name}/index.ts`);
      return found
        ? []
        : [
            mistake(
              at,
              "a function, whose code is in index.ts",
              `add ${at}/index.ts, or begin the folder's name with _`,
            ),
          ];
    });
}

function contentMistakes(folder: string, files: readonly Source[]): Mistake[] {
  const binary = files
    .filter(({ bytes }) => !isUtf8(bytes))
    .map(({ path }) =>
      mistake(`${folder}/${path}`, "text in UTF-8", "keep other files in storage, and read them from there"),
    );
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1024 ** 2;
  if (size <= limit) return binary;
  const expected = `${String(limit)} megabytes of sources at most`;
  return [
    ...binary,
    mistake(`${folder} (${size.toFixed(1)} megabytes)`, expected, "take out what is not source code"),
  ];
}

const mistake = (value: string, expected: string, fix: string): Mistake => ({
  key: "functions.folder",
  value,
  expected,
  fix,
});
