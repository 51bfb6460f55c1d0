/** Reads settings from variables and collects every mistake, so that all are told at once; none repeats a value. */
export class Environment {
  readonly problems: string[] = [];

  constructor(private readonly values: Readonly<Record<string, string | undefined>>) {}

  /** A text; an empty variable counts as unset. */
  optional(name: string): string | undefined {
    return this.values[name] || undefined;
  }

  required(name: string, what: string): void {
    if (this.optional(name) === undefined) this.reject(name, `is missing: ${what}`);
  }

  integer(name: string, fallback: number, max = 2 ** 31 - 1): number {
    const value = this.optional(name) ?? String(fallback);
    if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= max) return Number(value);
    this.reject(name, `is not a whole number from 1 to ${max}`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.optional(name) ?? String(fallback);
    if (!["true", "false"].includes(value)) this.reject(name, "is neither true nor false");
    return value === "true";
  }

  /** Checks an address, where there is one. */
  address(name: string, schemes: readonly string[]): void {
    const value = this.optional(name);
    if (value === undefined) return;
    const scheme = URL.canParse(value) ? new URL(value).protocol : "";
    if (schemes.includes(scheme)) return;
    this.reject(name, `is no address that begins with ${schemes.join("// or ")}//`);
  }

  /** A secret of at least 32 characters. */
  secret(name: string, what: string, isNeeded: boolean): string | undefined {
    const value = this.optional(name);
    if (value === undefined && isNeeded) this.reject(name, `is missing: ${what}`);
    if (value !== undefined && value.length < 32) {
      this.reject(name, `has ${value.length} characters, expected at least 32`);
    }
    return value;
  }

  /** The keys of a JSON Web Key Set. */
  keySet(name: string): JsonWebKey[] {
    try {
      const { keys } = JSON.parse(this.optional(name) ?? '{"keys":[]}');
      if (Array.isArray(keys)) return keys;
    } catch {
      /* Said below. */
    }
    this.reject(name, 'is not of the form {"keys":[…]}');
    return [];
  }

  private reject(name: string, problem: string): void {
    this.problems.push(`${name} ${problem}`);
  }
}
