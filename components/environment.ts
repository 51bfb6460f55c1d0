import * as pulumi from "@pulumi/pulumi";
import type { File } from "./files.js";
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

/** A service's variables and the operator's further ones. */
export function mergeEnvironment({
  env = {},
  secretEnv,
  extraEnv = {},
}: {
  env?: Variables;
  secretEnv?: Variables;
  extraEnv?: Variables;
}): Environment {
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
