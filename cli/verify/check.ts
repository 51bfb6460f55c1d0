import { types } from "node:util";

/** What a check saw. */
export interface Verdict {
  readonly ok: boolean;
  /** What was seen, in a few words; further lines are a log's. */
  readonly seen: string;
  /** How to mend it; empty where nothing is wrong. */
  readonly mend: string;
}

/** One question to the running platform. */
export interface Check {
  readonly group: string;
  readonly name: string;
  /** Asks; what it throws is a failure too. It ends its work when the signal says so. */
  readonly ask: (signal: AbortSignal) => Promise<Verdict>;
}

/** A check's line in the report. */
export interface Result extends Verdict {
  readonly group: string;
  readonly name: string;
}

export const good = (seen: string): Verdict => ({ ok: true, seen, mend: "" });

export const bad = (seen: string, mend: string): Verdict => ({ ok: false, seen, mend });

/** Bounds of a run. */
export interface Limits {
  /** Checks at a time. */
  readonly parallel: number;
  /** Seconds that one check may take. */
  readonly check: number;
  /** Seconds that all may take together; a check that has no time left fails. */
  readonly all: number;
}

export const limits: Limits = { parallel: 6, check: 10, all: 60 };

/** Runs checks side by side. @returns their results in the order of the checks */
export async function runChecks(
  checks: readonly Check[],
  { parallel, check: perCheck, all }: Limits = limits,
): Promise<Result[]> {
  const results = new Array<Result>(checks.length);
  const end = Date.now() + all * 1000;
  const waiting = checks.map((check, at) => ({ check, at }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const milliseconds = Math.max(0, Math.min(perCheck * 1000, end - Date.now()));
      const { group, name } = next.check;
      results[next.at] = { group, name, ...(await askWithin(next.check, milliseconds)) };
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return results;
}

async function askWithin(check: Check, milliseconds: number): Promise<Verdict> {
  const late = bad(
    milliseconds === 0
      ? "not asked: the others took all the time"
      : `no answer within ${String(Math.round(milliseconds / 100) / 10)} s`,
    "run it again; if it stays so, this machine or the service is overloaded (docker stats)",
  );
  if (milliseconds === 0) return late;
  const controller = new AbortController();
  const { signal } = controller;
  const timeout = new Promise<Verdict>((resolve) => {
    signal.addEventListener("abort", () => resolve(late));
  });
  const timer = setTimeout(() => controller.abort(), milliseconds);
  const answer = check.ask(signal).catch((error: unknown) => bad(reasonOf(error), "see the services above"));
  const verdict = await Promise.race([answer, timeout]);
  clearTimeout(timer);
  return verdict;
}

/** An error in one line; one of several addresses has its reasons inside. */
export function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return "errors" in error && Array.isArray(error.errors)
    ? error.errors.map(reasonOf).join("; ")
    : error.message;
}
