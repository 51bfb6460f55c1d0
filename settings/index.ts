import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "./configuration.js";
import { derive, type Settings } from "./derive.js";
import { localFileName } from "./raw.js";

export type { Settings } from "./derive.js";

/**
 * Reads the stack's configuration: the only place that does.
 * @throws ConfigurationError with every mistake at once
 */
export function loadSettings(): Settings {
  const localFile = existsSync(localFileName) ? readFileSync(localFileName, "utf8") : undefined;
  const settings = derive(
    readConfiguration({
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
