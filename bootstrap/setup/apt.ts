import { runOrFail } from "../run.js";
import { SetupError } from "./part.js";

/** A step of the system's package manager that has to succeed. */
export async function settled(what: string, program: string, args: readonly string[]): Promise<void> {
  try {
    await runOrFail(what, program, args, { environment: { DEBIAN_FRONTEND: "noninteractive" } });
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

/** Installs Debian's packages of these names. */
export async function install(
  what: string,
  packages: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  const steps = [["update"], ["install", "--yes", ...packages]];
  for (const args of steps) {
    progress(`apt-get ${args.join(" ")}`);
    await settled(`${what} could not be installed`, "apt-get", args);
  }
}
