import type { Environment } from "../lib/env.js";

/** The one of several names that is set, or else the first. */
export function oneOf(environment: Environment, names: readonly [string, ...string[]]): string {
  return names.find((name) => environment.optional(name) !== undefined) ?? names[0];
}

/** An address; a password in it is never repeated. */
export function url(environment: Environment, name: string, protocols: readonly string[]): URL | undefined {
  const value = environment.optional(name);
  if (value === undefined) return undefined;
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed !== undefined && protocols.includes(parsed.protocol) && parsed.hostname !== "") return parsed;
  environment.reject(name, `is not a URL that begins with ${protocols.join("// or ")}//`);
  return undefined;
}
