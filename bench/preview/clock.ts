import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../bootstrap/home.mjs";

/** Seconds since the program's process began, at the points where its work changes. */
export interface Marks {
  /** Node and Pulumi's runtime are loaded. */
  readonly start: number;
  /** The program's modules are loaded; one that registers at its top level has registered. */
  readonly loaded: number;
  /** The program's function, if it exports one, is done: everything is registered but for what waits for answers. */
  readonly registered: number;
  /** The engine has answered everything. */
  readonly end: number;
}

const marksFile = (folder: string): string => join(folder, "marks.json");

export const readMarks = (folder: string): Marks =>
  JSON.parse(readFileSync(marksFile(folder), "utf8")) as Marks;

/**
 * Makes a project run `program` by the checkout's own program.cjs, whatever that does to load TypeScript, with marks
 * around it. All programs run this way, so that what is compared is the programs.
 */
export function writeEntry(folder: string, program: string): void {
  const own = readFileSync(join(projectRoot, "program.cjs"), "utf8");
  const local = /require\("\.\/([^"]+)"\)/g;
  const entry = own.replace(local, (_, path: string) => {
    const file = path === "index.ts" ? program : join(projectRoot, path);
    return `require(${JSON.stringify(file)})`;
  });
  if (!entry.includes(JSON.stringify(program))) throw new Error("program.cjs does not require ./index.ts");
  const file = JSON.stringify(marksFile(folder));
  writeFileSync(
    join(folder, "program.cjs"),
    `const marks = { start: process.uptime() };
process.on("exit", () => {
  marks.end = process.uptime();
  require("node:fs").writeFileSync(${file}, JSON.stringify(marks));
});
${entry}
marks.loaded = marks.registered = process.uptime();
const exported = module.exports;
if (typeof exported === "function") {
  module.exports = async () => {
    const outputs = await exported();
    marks.registered = process.uptime();
    return outputs;
  };
}
`,
  );
}
