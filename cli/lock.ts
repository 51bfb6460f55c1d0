import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { filesIn, type LocalStack } from "./local-backend.js";

/** Who holds the lock of a stack in a local backend. */
export interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

export const findLocks = ({ locks }: LocalStack): Lock[] =>
  filesIn(locks, ".json").map((file) => JSON.parse(readFileSync(file, "utf8")) as Lock);

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
