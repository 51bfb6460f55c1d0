// Values of GoTrue's environment that other programs' environments do not have.
import type { Environment } from "../lib/env.js";

/** A text whose absence is a mistake. */
export function required(environment: Environment, name: string, what: string): string {
  const value = environment.optional(name);
  if (value === undefined) environment.reject(name, `is missing: ${what}`);
  return value ?? "";
}

/** Says so when a value is given and is no absolute URL of a web server. */
export function checkUrl(environment: Environment, name: string, value: string | undefined): void {
  if (!value) return;
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed === undefined || !["http:", "https:"].includes(parsed.protocol)) {
    environment.reject(name, `is "${value}", expected an absolute URL such as https://example.com`);
  }
}

export function requiredUrl(environment: Environment, name: string, what: string): string {
  const value = required(environment, name, what);
  checkUrl(environment, name, value);
  return value;
}

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration as Go writes it, such as `1m30s`. @returns milliseconds, or undefined for anything else */
export function goDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (milliseconds[unit ?? ""] ?? 0),
    0,
  );
}

/** A duration of the environment in milliseconds. */
export function duration(environment: Environment, name: string, fallback: number): number {
  const text = environment.optional(name);
  if (text === undefined) return fallback;
  const value = goDuration(text);
  if (value === undefined)
    environment.reject(name, `is "${text}", expected a duration with its unit, such as 1s or 1m30s`);
  return value ?? fallback;
}
