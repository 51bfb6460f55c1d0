import { parseDocument } from "yaml";
import { type Mistake } from "../components/mistakes.js";

/** Configuration before it is checked: a tree of plain values. */
export type Raw = Record<string, unknown>;

export const localFileName = "settings.local.yaml";

const isTree = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Pulumi hands every value over as a string: objects and lists as JSON, all else as it is written. */
export function fromPulumi(project: string, values: Readonly<Record<string, string>>): Raw {
  const own = Object.entries(values).filter(([key]) => key.startsWith(`${project}:`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(project.length + 1), structured(value)]));
}

function structured(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The overrides of this machine: the text of settings.local.yaml as a tree, or what is wrong with it. */
export function fromLocalFile(text: string): { raw: Raw } | { mistake: Mistake } {
  const document = parseDocument(text);
  const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  if (value === null) return { raw: {} };
  if (isTree(value)) return { raw: value };
  return {
    mistake: {
      key: localFileName,
      value: document.errors[0]?.message.split("\n")[0] ?? JSON.stringify(value),
      expected: "YAML with keys as in a stack file, without the project's name: `images: local`",
      fix: `edit ${localFileName}, or delete it: it only overrides settings on this machine`,
    },
  };
}

/** `overrides` laid over `base`, object by object; lists and scalars replace. */
export function overlay(base: Raw, overrides: Raw): Raw {
  const entries = Object.entries(overrides).map(([key, value]) => {
    const below = base[key];
    return [key, isTree(below) && isTree(value) ? overlay(below, value) : value];
  });
  return { ...base, ...(Object.fromEntries(entries) as Raw) };
}

/** The dotted names of all values of a tree. */
export function keysOf(raw: Raw, path = ""): string[] {
  return Object.entries(raw).flatMap(([key, value]) =>
    isTree(value) ? keysOf(value, `${path}${key}.`) : [`${path}${key}`],
  );
}

/** The value at a path of keys and indexes, or undefined. */
export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}
