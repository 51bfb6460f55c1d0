import type { TestStack } from "../../test/support/stack.js";

/** A custom resource as the engine keeps it, with its secrets in plain text. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** The signature by which the engine tells a secret from an object. */
const secretKey = "4dabf18193072939515e22adb298388d";

/** What the stack's program registered with providers: neither components nor the providers themselves. */
export async function customResources({ stack }: TestStack): Promise<StateResource[]> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: readonly StateResource[] };
  };
  const { resources = [] } = deployment;
  return resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
}

/** How many resources of each type there are, by type. */
export function countByType(resources: readonly StateResource[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}

/** The plain text of a secret, or undefined when the value is none. */
export function plaintext(value: unknown): { readonly value: unknown } | undefined {
  if (typeof value !== "object" || value === null || !(secretKey in value)) return undefined;
  const { plaintext: json } = value as { plaintext?: string };
  if (json === undefined) throw new Error("the exported state holds a secret that is still encrypted");
  return { value: JSON.parse(json) as unknown };
}

/** Text that a resource gave to others, by the expression after its variable: `id`, `name`, `result`… */
export function textOutputs({ id, inputs = {}, outputs = {} }: StateResource): [string, string][] {
  const known = Object.entries(outputs).flatMap(([key, output]): [string, string][] => {
    const value = plaintext(output)?.value ?? output;
    return typeof value === "string" && !key.startsWith("__") ? [[key, value]] : [];
  });
  // What only repeats an input says nothing about who depends on it, but for names, by which objects are found.
  const given = known.filter(([key, value]) => key === "name" || inputs[key] !== value);
  const all: [string, string][] = id === undefined ? given : [...given, ["id", id]];
  // Shorter text would be found where it is meant to be no reference.
  return all.filter(([key, value]) => key === "name" || value.length >= 16);
}
