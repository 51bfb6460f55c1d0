import * as pulumi from "@pulumi/pulumi";
import type { File } from "./files.js";
import { ConfigurationError } from "./mistakes.js";
import { shellQuote } from "./shell.js";

type Variables = Readonly<Record<string, pulumi.Input<string>>>;

/** What a container's program finds in its environment. */
export interface Environment {
  /** Variables of the container, which `docker inspect` shows. */
  readonly env: Variables;
  /** Variables of the program alone, as a file that a shell reads. @default - there are none */
  readonly file?: File;
}

/** Where the file of the program's own variables is mounted. */
export const environmentFolder = "/run/secrets/environment";

const fileName = "variables";

/**
 * A service's variables and the operator's further ones.
 * @throws ConfigurationError for every further variable that the service sets itself
 */
export function mergeEnvironment(
  service: string,
  { env = {}, secretEnv, extraEnv = {} }: { env?: Variables; secretEnv?: Variables; extraEnv?: Variables },
): Environment {
  const conflicts = Object.keys(extraEnv).filter((key) => key in env || key in (secretEnv ?? {}));
  if (conflicts.length > 0) {
    throw new ConfigurationError(
      `the variables of ${service}`,
      conflicts.map((key) => ({
        key: `services.${service}.env.${key}`,
        value: "[not shown]",
        expected: `a variable that ${service} does not get already from the program`,
        fix: `npx pulumi config rm --path 'services.${service}.env.${key}'`,
      })),
    );
  }
  if (secretEnv === undefined) return { env: { ...env, ...extraEnv } };
  return { env, file: { path: fileName, content: exportsOf({ ...secretEnv, ...extraEnv }) } };
}

function exportsOf(variables: Variables): pulumi.Output<string> {
  const known = pulumi.output(variables) as pulumi.Output<Record<string, string>>;
  const text = known.apply((values) =>
    Object.entries(values)
      .map(([key, value]) => `export ${key}=${shellQuote([value])}\n`)
      .join(""),
  );
  return pulumi.secret(text);
}

/** The command line that reads the variables before it becomes the program. */
export function wrapCommand({
  entrypoint = [],
  command = [],
}: {
  entrypoint?: readonly string[];
  command?: readonly string[];
}): { entrypoint: readonly string[]; command: readonly string[] } {
  const script = `. ${environmentFolder}/${fileName} && exec "$@"`;
  return { entrypoint: ["/bin/sh", "-c", script, "sh"], command: [...entrypoint, ...command] };
}
