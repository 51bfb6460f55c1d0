import type { Configuration } from "./schema.js";
import type { Mistake } from "../components/mistakes.js";

interface Rule {
  readonly key: string;
  /** What a production stack must have instead. */
  readonly expected: string;
  /** The value that breaks the rule, or undefined where it is kept. */
  readonly breach: (configuration: Configuration, localKeys: readonly string[]) => unknown;
}

const unless = (kept: boolean, value: unknown): unknown => (kept ? undefined : value);

/** What `guard: production` refuses, by the name under which an exception can be made. */
export const guardRules: Readonly<Record<string, Rule>> = {
  "exposed-services": {
    key: "exposure",
    expected: "gateway: in production only the gateway publishes ports",
    breach: ({ exposure }) => unless(exposure === "gateway", exposure),
  },
  "plain-http": {
    key: "gateway.http",
    expected: "redirect or off: credentials do not travel in clear text",
    breach: ({ gateway }) => unless(gateway.http !== "serve", gateway.http),
  },
  "open-cors": {
    key: "gateway.cors.origins",
    expected: "the exact origins of your applications",
    breach: ({ gateway }) => unless(!gateway.cors.origins.includes("*"), gateway.cors.origins),
  },
  "relaxed-csp": {
    key: "gateway.csp",
    expected: "strict",
    breach: ({ gateway }) => unless(gateway.csp === "strict", gateway.csp),
  },
  "waf-off": {
    key: "gateway.waf",
    expected: "detect or block: requests meet the Core Rule Set before a service",
    breach: ({ gateway }) => unless(gateway.waf !== "off", gateway.waf),
  },
  "local-images": {
    key: "images",
    expected: "upstream: local images contain stand-ins",
    breach: ({ images }) => unless(images === "upstream", images),
  },
  "captured-mail": {
    key: "mail",
    expected: "smtp: captured mail never reaches its reader",
    breach: ({ mail }) => unless(mail !== "capture", mail),
  },
  "disposable-data": {
    key: "data",
    expected: "protected: a destroy must not take the database with it",
    breach: ({ data }) => unless(data === "protected", data),
  },
  "local-overrides": {
    key: "settings.local.yaml",
    expected: "no such file: what production runs is committed",
    breach: (_, localKeys) => unless(localKeys.length === 0, localKeys),
  },
};

/** The breaches of `guard: production` that have no exception, and exceptions that name no rule. */
export function guardMistakes(configuration: Configuration, localKeys: readonly string[]): Mistake[] {
  const guard = normaliseGuard(configuration.guard);
  const excepted = new Set(guard.exceptions.map(({ rule }) => rule));
  const unknown = guard.exceptions
    .filter(({ rule }) => !(rule in guardRules))
    .map(({ rule }) => ({
      key: "guard.exceptions",
      value: JSON.stringify(rule),
      expected: `one of ${Object.keys(guardRules).join(", ")}`,
      fix: "correct the rule's name, or remove the exception",
    }));
  if (guard.level === "off") return unknown;
  const breaches = Object.entries(guardRules).flatMap(([name, { key, expected, breach }]) => {
    const value = excepted.has(name) ? undefined : breach(configuration, localKeys);
    if (value === undefined) return [];
    const fix = `change it, or add {rule: ${name}, reason: …} to guard.exceptions`;
    return [{ key, value: JSON.stringify(value), expected, fix }];
  });
  return [...unknown, ...breaches];
}

/** `guard: production` is short for `guard: {level: production}`. */
export function normaliseGuard(guard: Configuration["guard"]): {
  level: "off" | "production";
  exceptions: { rule: string; reason: string }[];
} {
  return typeof guard === "string" ? { level: guard, exceptions: [] } : guard;
}
