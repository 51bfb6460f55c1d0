import type { Result } from "./check.js";

/** Everything that a run of `verify` found. */
export interface Report {
  readonly stack: string;
  readonly ok: boolean;
  readonly checks: readonly Result[];
}

export const reportOf = (stack: string, checks: readonly Result[]): Report => ({
  stack,
  ok: checks.every(({ ok }) => ok),
  checks,
});

/** A report for the operator: a line for each check, in groups. */
export function renderReport({ stack, checks }: Report): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const groups = [...new Set(checks.map(({ group }) => group))];
  const failures = checks.filter(({ ok }) => !ok).length;
  return [
    ...groups.flatMap((group) => [
      group,
      ...checks.filter((check) => check.group === group).flatMap((check) => lines(check, width)),
      "",
    ]),
    `${String(checks.length)} checks, ${String(failures)} failed`,
    failures === 0
      ? `Next: npm run env -- --stack ${stack} prints what an application needs`
      : `Next: mend what failed, the services first, then npm run verify -- --stack ${stack}`,
  ].join("\n");
}

function lines({ name, ok, seen, mend }: Result, width: number): string[] {
  const [first = "", ...more] = seen.split("\n");
  const margin = " ".repeat(10);
  return [
    `  ${ok ? "ok    " : "FAILED"}  ${name.padEnd(width)}  ${first}`,
    ...more.map((line) => margin + line),
    ...(mend === "" ? [] : [`${margin}mend: ${mend}`]),
  ];
}
