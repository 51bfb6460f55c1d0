import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { askPulumi } from "./pulumi.js";

/** Who holds the lock of a stack in a local backend. */
export interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** The locks of a stack; a backend that is no local one keeps its locks itself, and none is seen here. */
export async function findLocks(project: string, stack: string): Promise<Lock[]> {
  const { url } = JSON.parse(await askPulumi(["whoami", "--json"])) as { url: string };
  if (!url.startsWith("file://")) return [];
  const root = url.slice("file://".length).replace(/^~/, homedir());
  const folder = join(root, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  // Beside each lock lies a file of its attributes.
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Lock);
}

/** Whether the update that holds the lock still runs; one on another host cannot be asked and counts as running. */
export function isHeld(lock: Lock): boolean {
  if (lock.hostname !== hostname()) return true;
  try {
    process.kill(lock.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
