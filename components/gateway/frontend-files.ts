import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** What a frontend may have: it is kept in the gateway's volume up to three times, each file in up to three codings. */
export const frontendLimits = { megabytes: 100, files: 10_000 } as const;

/** What about one file is not as it has to be. */
export interface Fault {
  /** Path below the folder; empty for the folder itself. */
  readonly path: string;
  readonly expected: string;
  readonly fix: string;
}

export interface FrontendFiles {
  /** Paths below the folder, with slashes, in a fixed order. */
  readonly paths: readonly string[];
  /** 16 hexadecimal digits over every path and every byte; empty where there are faults. */
  readonly digest: string;
  readonly faults: readonly Fault[];
}

/** Part of every digest: whoever changes how files are prepared raises it, and they are delivered anew. */
const preparation = "1";

/** Hidden files hold secrets and histories, source maps the sources: neither is published. RFC 8615 asks for its folder. */
const isPublished = ({ name }: Dirent, prefix: string): boolean =>
  name.startsWith(".") ? prefix === "" && name === ".well-known" : !name.endsWith(".map");

/** The files of a built frontend that are served. */
export function readFrontend(root: string): FrontendFiles {
  const { paths, faults } = list(root, realpathSync(root) + sep);
  const all = [...faults, ...wholeFaults(root, paths)];
  return { paths, faults: all, digest: all.length > 0 ? "" : digestOf(root, paths) };
}

type Listing = Pick<FrontendFiles, "paths" | "faults">;

function list(root: string, real: string, prefix = ""): Listing {
  const found: { paths: string[]; faults: Fault[] } = { paths: [], faults: [] };
  const entries = readdirSync(join(root, prefix), { withFileTypes: true })
    .filter((entry) => isPublished(entry, prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (found.paths.length > frontendLimits.files) break;
    const { paths, faults } = listEntry(root, real, prefix, entry);
    found.paths.push(...paths);
    found.faults.push(...faults);
  }
  return found;
}

function listEntry(root: string, real: string, prefix: string, entry: Dirent): Listing {
  const path = prefix + entry.name;
  const fault = (expected: string, fix: string): Listing => ({
    paths: [],
    faults: [{ path, expected, fix }],
  });
  // U+FFFD stands where a name's bytes are not UTF-8.
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  if (/[\u0000-\u001f\u007f\ufffd]/.test(entry.name))
    return fault("a name in UTF-8 without control characters", "rename it");
  if (entry.isDirectory()) return list(root, real, `${path}/`);
  const target = resolveEntry(join(root, path));
  if (target === undefined) return fault("a link that leads to a file", "remove it");
  if (!target.startsWith(real)) return fault("a file, or a link to one in the folder", "copy the file there");
  if (!statSync(target).isFile()) return fault("a file, or a link to a file", "remove it");
  return { paths: [path], faults: [] };
}

function resolveEntry(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function wholeFaults(root: string, paths: readonly string[]): Fault[] {
  const bytes = paths.reduce((sum, path) => sum + statSync(join(root, path)).size, 0);
  const { megabytes, files } = frontendLimits;
  return [
    ...(paths.includes("index.html")
      ? []
      : [{ path: "index.html", expected: "the page that a visit starts with", fix: "build the frontend" }]),
    ...(bytes <= megabytes * 1024 ** 2
      ? []
      : [
          {
            path: "",
            expected: `${String(megabytes)} megabytes at most (there are ${(bytes / 1024 ** 2).toFixed(1)})`,
            fix: "keep large files in storage",
          },
        ]),
    ...(paths.length <= files
      ? []
      : [{ path: "", expected: `${String(files)} files at most`, fix: "name the folder of the build" }]),
  ];
}

function digestOf(root: string, paths: readonly string[]): string {
  const whole = createHash("sha256").update(preparation);
  for (const path of paths) {
    const content = createHash("sha256").update(readFileSync(join(root, path)));
    whole.update(`\0${path}\0${content.digest("hex")}`);
  }
  return whole.digest("hex").slice(0, 16);
}
