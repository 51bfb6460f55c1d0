import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import { askPulumi } from "./pulumi.js";

/** Where a local backend keeps what concerns one stack. */
export interface LocalStack {
  /** Folder of its locks, which is there while there are any. */
  readonly locks: string;
  /** Folder of its state and of the states of this project's other stacks. */
  readonly states: string;
  readonly name: string;
}

/** The stack's places in a local backend; undefined where the backend is no local one and keeps its own order. */
export async function findLocalStack(project: string, name: string): Promise<LocalStack | undefined> {
  const { url } = JSON.parse(await askPulumi(["whoami", "--json"])) as { url: string };
  if (!url.startsWith("file://")) return undefined;
  const [path = ""] = url.slice("file://".length).split("?");
  // Pulumi takes ~ from the system's list of users, whatever HOME says.
  const root = join(path.replace(/^~/, userInfo().homedir), ".pulumi");
  return {
    locks: join(root, "locks", "organization", project, name),
    states: join(root, "stacks", project),
    name,
  };
}

/** The files of a folder whose names end so; none where there is no folder. */
export const filesIn = (folder: string, ending: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(ending))
        .map((file) => join(folder, file))
    : [];

/**
 * Files of attributes that a killed update left half written: the backend moves a state into its place in one step, but
 * not the file of attributes beside it, and then reads neither. What they say (a content type, a sum) nobody needs.
 */
export function brokenAttributes({ locks, states, name }: LocalStack): string[] {
  const ofState = filesIn(states, ".attrs").filter((file) => basename(file).startsWith(`${name}.json`));
  return [...ofState, ...filesIn(locks, ".attrs")].filter((file) => !isJson(readFileSync(file, "utf8")));
}

/** @returns what was done, a line a file */
export function removeBrokenAttributes(stack: LocalStack): string[] {
  return brokenAttributes(stack).map((file) => {
    rmSync(file);
    return `removed ${basename(file)}, which was half written; the state beside it is whole`;
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
