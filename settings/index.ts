import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "./configuration.js";
import { derive, type Settings } from "./derive.js";
import { ConfigurationError } from "./mistakes.js";
import { localFileName } from "./raw.js";

export type { Settings } from "./derive.js";

/**
 * Reads the stack's configuration: the only place that does.
 * @throws pulumi.RunError with every mistake at once, which the CLI prints without a stack trace
 */
export function loadSettings(): Settings {
  const localFile = existsSync(localFileName) ? readFileSync(localFileName, "utf8") : undefined;
  const settings = speaking(() =>
    derive(
      readConfiguration({
        project: pulumi.getProject(),
        stack: pulumi.getStack(),
        values: pulumi.runtime.allConfig(),
        localFile,
      }),
    ),
  );
  if (settings.localKeys.length > 0) {
    void pulumi.log.info(`${localFileName} overrides on this machine: ${settings.localKeys.join(", ")}`);
  }
  return settings;
}

/** Runs `check`, and lets its ConfigurationError end the program as a message to the operator. */
export function speaking<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof ConfigurationError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
