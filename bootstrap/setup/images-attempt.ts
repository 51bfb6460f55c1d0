import { runOrFail, type RunOptions } from "../run.js";
import { SetupError } from "./part.js";

/** Takes one line at a time during long work. */
export type Progress = (line: string) => void;

/** Runs a program that an image is made with.
 * @throws SetupError with its last lines when it fails */
export async function attempt(
  reference: string,
  program: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<void> {
  try {
    await runOrFail(`${reference} could not be made`, program, args, options);
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}
