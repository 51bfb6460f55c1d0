import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration, type Reading, type Source } from "./configuration.js";
import { derive, type Settings } from "./derive.js";
import { ConfigurationError } from "./mistakes.js";
import { localFileName } from "./raw.js";
import { Refusal } from "./refusal.js";

export type { Settings } from "./derive.js";

/**
 * Reads the stack's configuration: the only place that does.
 * @throws Refusal with every mistake at once, which the CLI prints without a stack trace
 */
export function loadSettings(): Settings {
  const localFile = existsSync(localFileName) ? readFileSync(localFileName, "utf8") : undefined;
  const settings = derive(
    readOrRefuse({
      project: pulumi.getProject(),
      stack: pulumi.getStack(),
      values: pulumi.runtime.allConfig(),
      localFile,
    }),
  );
  if (settings.localKeys.length > 0) {
    void pulumi.log.info(`${localFileName} overrides on this machine: ${settings.localKeys.join(", ")}`);
  }
  return settings;
}

function readOrRefuse(source: Source): Reading {
  try {
    return readConfiguration(source);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Refusal(error.message);
    throw error;
  }
}
