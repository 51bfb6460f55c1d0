import { readFileSync } from "node:fs";

/** Reads settings from environment variables and collects every mistake, so that all are told at once. */
export class Environment {
  readonly problems: string[] = [];

  constructor(private readonly values: Readonly<Record<string, string | undefined>>) {}

  /** A text; an empty variable counts as unset. */
  optional(name: string): string | undefined {
    return this.values[name] || undefined;
  }

  /** A text that may also be given as `@/path/of/file`. */
  optionalOrFile(name: string): string | undefined {
    const value = this.optional(name);
    if (!value?.startsWith("@")) return value;
    try {
      return readFileSync(value.slice(1), "utf8").trimEnd();
    } catch (error) {
      this.reject(name, `names a file that cannot be read: ${error instanceof Error ? error.message : "?"}`);
      return undefined;
    }
  }

  /** Like `optionalOrFile`, and missing is a mistake. */
  requiredOrFile(name: string, what: string): string {
    const before = this.problems.length;
    const value = this.optionalOrFile(name);
    if (value === undefined && this.problems.length === before) this.reject(name, `is missing: ${what}`);
    return value ?? "";
  }

  /** Names parted by commas. */
  list(name: string, fallback: string): string[] {
    const names = (this.optional(name) ?? fallback).split(",").map((part) => part.trim());
    return names.filter((part) => part !== "");
  }

  integer(name: string, limits: { min: number; max: number }): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= limits.min && number <= limits.max) return number;
    this.reject(name, `is "${value}", expected a whole number from ${limits.min} to ${limits.max}`);
    return undefined;
  }

  port(name: string): number | undefined {
    return this.integer(name, { min: 1, max: 65535 });
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (!["true", "false"].includes(value)) this.reject(name, `is "${value}", expected true or false`);
    return value === "true";
  }

  reject(name: string, problem: string): void {
    this.problems.push(`${name} ${problem}`);
  }
}
