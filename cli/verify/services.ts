import type { Outcome } from "../../bootstrap/run.js";
import type { ServiceContainer } from "../services.js";
import { describeState } from "../logs.js";
import { bad, type Check, good, type Verdict } from "./check.js";
import { execIn, lastLines } from "./exec.js";
import { logsOf, type Platform, upOf } from "./platform.js";

/** Whether every service's container runs, stays up, and answers its own health check. */
export const serviceChecks = (platform: Platform): Check[] =>
  platform.expected.map((component) => ({
    group: "services",
    name: component,
    ask: (signal) => askService(platform, component, signal),
  }));

async function askService(platform: Platform, component: string, signal: AbortSignal): Promise<Verdict> {
  const service = platform.services.find((one) => one.component === component);
  if (service === undefined) return bad("its container is not there", upOf(platform));
  const verdict =
    judgeState(platform, service, Date.now()) ??
    judgeHealth(platform, service, await askHealth(service, signal));
  if (verdict.ok) return verdict;
  const log = await lastLines(service.id, signal);
  return log === "" ? verdict : { ...verdict, seen: `${verdict.seen}; its last log lines:\n${log}` };
}

/** Seconds that a health check may take, so that there is time left to read the log. */
const patience = 8;

/** The exit code by which timeout(1) tells it. */
const timedOut = 124;

async function askHealth({ id, check }: ServiceContainer, signal: AbortSignal): Promise<Outcome> {
  const own = AbortSignal.any([signal, AbortSignal.timeout(patience * 1000)]);
  return execIn(id, check, { signal: own }).catch((error: unknown) => {
    if (!own.aborted) throw error;
    return { code: timedOut, stdout: "", stderr: `no answer within ${String(patience)} s` };
  });
}

/** Milliseconds without a new start after which a container counts as staying up. */
const steady = 60_000;

/** What is wrong with a container before its service is asked. @returns undefined when nothing is */
export function judgeState(
  platform: Pick<Platform, "stack">,
  service: ServiceContainer,
  now: number,
): Verdict | undefined {
  const { component, state, restarts, startedAt } = service;
  if (state === "restarting" || (restarts > 0 && now - startedAt < steady)) {
    return bad(`ends again and again: ${describeState(service)}`, logsOf(platform, component));
  }
  if (state === "running") return undefined;
  return bad(
    `does not run: ${describeState(service)}`,
    `${logsOf(platform, component)}, then ${upOf(platform)}`,
  );
}

/** What a service's own health check says. */
export function judgeHealth(
  platform: Pick<Platform, "stack">,
  { component, check, restarts }: ServiceContainer,
  { code, stdout, stderr }: Outcome,
): Verdict {
  const asked = describeCheck(check);
  const said = (stderr || stdout).split("\n")[0] ?? "";
  if (code !== 0) {
    const mend = logsOf(platform, component);
    const busy = `run it again, this machine may have too much to do (docker stats); ${mend}`;
    return bad(`runs, but ${asked} fails${said === "" ? "" : `: ${said}`}`, code === timedOut ? busy : mend);
  }
  return good(restarts === 0 ? asked : `${asked}; was restarted ${String(restarts)} times`);
}

/** A health check in a few words: the URL that it asks, or its command without variables and what reads its output. */
export function describeCheck(check: readonly string[]): string {
  const text = check.join(" ");
  const url = /https?:\/\/[^\s"']+/.exec(text)?.[0] ?? /GET (\/[^\s"']*)/.exec(text)?.[1];
  const command = text.replace(/^(sh|bash) -c /, "").replace(/^(\w+=(\$\([^)]*\)|\S*)\s+)+/, "");
  return url ?? command.replace(/\s*\|.*/, "");
}
