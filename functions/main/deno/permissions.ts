import type { FunctionDefinition } from "../definition.ts";
import type { Settings } from "../settings.ts";

/**
 * What a function may do: use the network, and read its own files, the shared ones and those of its packages. Its
 * environment is its own, so it may read all of that. It may not write, run programs or load native code.
 */
export function permissions({ folder }: FunctionDefinition, settings: Settings): string[] {
  const cache = settings.functionEnvironment.DENO_DIR;
  const readable = [folder, `${settings.folder}/_shared`, ...(cache === undefined ? [] : [cache])];
  return ["--allow-net", "--allow-env", "--allow-sys=hostname", `--allow-read=${readable.join(",")}`];
}
