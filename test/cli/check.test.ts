import { setTimeout as sleep } from "node:timers/promises";
import { type Check, good, bad, runChecks } from "../../cli/verify/check.js";
import { renderReport, reportOf } from "../../cli/verify/report.js";

const check = (name: string, ask: Check["ask"], group = "one"): Check => ({ group, name, ask });

const limits = { parallel: 2, check: 0.3, all: 5 };

describe("a run of checks", () => {
  it("keeps their order, whichever ends first", async () => {
    const slow = check("slow", async () => sleep(100, good("late")));
    const fast = check("fast", () => Promise.resolve(good("early")));
    const results = await runChecks([slow, fast], limits);
    expect(results.map(({ name, seen }) => [name, seen])).toEqual([
      ["slow", "late"],
      ["fast", "early"],
    ]);
  });

  it("asks no more at a time than it may", async () => {
    let [now, most] = [0, 0];
    const count = check("count", async () => {
      most = Math.max(most, ++now);
      await sleep(20);
      now -= 1;
      return good("");
    });
    await runChecks(Array<Check>(7).fill(count), limits);
    expect(most).toBe(2);
  });

  it("ends a check that hangs, tells it so, and goes on with the others", async () => {
    let told = false;
    const hangs = check("hangs", (signal) => {
      signal.addEventListener("abort", () => (told = true));
      return new Promise(() => undefined);
    });
    const fine = check("fine", () => Promise.resolve(good("here")));
    const [first, second] = await runChecks([hangs, fine], { ...limits, parallel: 1 });
    expect(first).toMatchObject({ ok: false, seen: "no answer within 0.3 s" });
    expect(second).toMatchObject({ ok: true });
    expect(told).toBe(true);
  });

  it("fails what it has no time left for", async () => {
    const hangs = check("hangs", () => new Promise(() => undefined));
    const started = Date.now();
    const results = await runChecks([hangs, hangs, hangs], { parallel: 1, check: 0.2, all: 0.3 });
    expect(Date.now() - started).toBeLessThan(1000);
    expect(results[2]).toMatchObject({ ok: false, seen: expect.stringContaining("not asked") as string });
  });

  it("takes what a check throws for a failure", async () => {
    const throws = check("throws", () => Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:8000")));
    const [result] = await runChecks([throws], limits);
    expect(result).toMatchObject({ ok: false, seen: "connect ECONNREFUSED 127.0.0.1:8000" });
  });
});

describe("a report", () => {
  const failing = reportOf("dev", [
    { group: "services", name: "auth", ...bad("does not run; its last log lines:\n  | why", "npm run logs") },
    { group: "services", name: "rest", ...good("postgrest --ready") },
    { group: "mail", name: "a mail", ...good("found") },
  ]);

  it("has a line for each check in its group, how to mend what failed, and the count", () => {
    expect(renderReport(failing)).toBe(
      `services
  FAILED  auth    does not run; its last log lines:
            | why
          mend: npm run logs
  ok      rest    postgrest --ready

mail
  ok      a mail  found

3 checks, 1 failed
Next: mend what failed, the services first, then npm run verify -- --stack dev`,
    );
    expect(failing.ok).toBe(false);
  });

  it("points to the application's variables when all is well", () => {
    const report = reportOf("dev", failing.checks.slice(1));
    expect(report.ok).toBe(true);
    expect(renderReport(report)).toMatch(/2 checks, 0 failed\nNext: npm run env -- --stack dev/);
  });
});
