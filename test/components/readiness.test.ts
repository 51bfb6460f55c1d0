import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HealthCheck, readinessScript } from "../../components/readiness.js";

/** A docker client that answers from shell text: $look and $try count the calls of inspect and exec so far. */
interface FakeDocker {
  readonly inspect: string;
  readonly exec?: string;
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Command lines of docker, in their order. */
  readonly calls: readonly string[];
  readonly seconds: number;
}

describe("the readiness script", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "readiness-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function check({ inspect, exec = "true" }: FakeDocker, health: Partial<HealthCheck> = {}): Outcome {
    const fake = `#!/bin/sh
cd ${folder}
echo "$*" >>calls
count() { echo x >>"$1.count"; wc -l <"$1.count" | tr -d ' '; }
case $1 in
  inspect) look=$(count look); ${inspect} ;;
  exec) try=$(count try); ${exec} ;;
  logs) i=0; while [ $i -lt 3 ]; do i=$((i + 1)); echo "log line $i"; done; echo "to stderr" >&2 ;;
esac
`;
    writeFileSync(join(folder, "docker"), fake);
    chmodSync(join(folder, "docker"), 0o755);
    const script = readinessScript("test_rest", { command: ["is", "it up?"], ...health });
    const started = Date.now();
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script], {
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}`, CONTAINER: "0123abcd" },
      timeout: 10_000,
    });
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    return { code: status, stdout, stderr, calls, seconds: (Date.now() - started) / 1000 };
  }

  it("succeeds in silence and at once for a container that is ready", () => {
    const outcome = check({ inspect: "echo 0 running 0" });
    expect(outcome).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(outcome.seconds).toBeLessThan(1);
    expect(outcome.calls.filter((call) => call.startsWith("exec"))).toEqual(["exec 0123abcd is it up?"]);
  });

  it("asks again until the check succeeds", () => {
    const outcome = check({ inspect: "echo 0 running 0", exec: '[ "$try" -ge 3 ]' });
    expect(outcome).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(outcome.calls.filter((call) => call.startsWith("exec"))).toHaveLength(3);
  });

  it("shows nothing of what failing checks print", () => {
    const outcome = check({
      inspect: "echo 0 running 0",
      exec: 'echo noise; echo noise >&2; [ "$try" -ge 2 ]',
    });
    expect(outcome).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  const lastLines = "  | log line 1\n  | log line 2\n  | log line 3\n  | to stderr\n";
  const sorted = (lines: string): string[] => lines.split("\n").sort();

  it.each(["exited", "dead", "restarting"])(
    "fails at once for a container that is %s, with its exit code and logs",
    (state) => {
      const { code, stderr, calls, seconds } = check({ inspect: `echo 0 ${state} 137`, exec: "false" });
      expect(code).toBe(1);
      expect(sorted(stderr)).toEqual(
        sorted(
          `test_rest: exited with code 137 before it was ready (state ${state}); its last log lines:\n${lastLines}`,
        ),
      );
      expect(calls).toContain("logs --tail 20 0123abcd");
      expect(calls.some((call) => call.startsWith("exec"))).toBe(false);
      expect(seconds).toBeLessThan(1);
    },
  );

  it("fails when the container exits while it is waited for", () => {
    const { code, stderr } = check({
      inspect: 'if [ "$look" -lt 4 ]; then echo 0 running 0; else echo 0 exited 3; fi',
      exec: "false",
    });
    expect(code).toBe(1);
    expect(stderr).toContain("test_rest: exited with code 3 before it was ready (state exited)");
  });

  it("fails when the container was started again unseen, though it runs", () => {
    const { code, stderr } = check({
      inspect: 'if [ "$look" -lt 3 ]; then echo 0 running 0; else echo 1 running 0; fi',
      exec: "false",
    });
    expect(code).toBe(1);
    expect(stderr).toContain("test_rest: exited and was started again before it was ready (state running)");
  });

  it("does not hold earlier restarts against a container", () => {
    expect(check({ inspect: "echo 7 running 0" }).code).toBe(0);
  });

  it("fails at once, with the engine's message, for a container that is gone", () => {
    const { code, stderr, calls } = check({ inspect: 'echo "No such object: $4" >&2; exit 1' });
    expect(code).toBe(1);
    expect(stderr).toContain("No such object: 0123abcd");
    expect(calls).toHaveLength(1);
  });

  it("gives up after its time-out, with state, check and logs", () => {
    const { code, stderr, seconds } = check({ inspect: "echo 0 running 0", exec: "false" }, { timeout: 1 });
    expect(code).toBe(1);
    expect(sorted(stderr)).toEqual(
      sorted(
        `test_rest: not ready after 1 seconds (state running): is 'it up?' still fails; its last log lines:\n${lastLines}`,
      ),
    );
    expect(seconds).toBeLessThan(4);
  });

  it("hands a check with shell syntax on as it stands, and shows it so", () => {
    const command = ["sh", "-c", `test "$A" = 'b' && echo \`id\``];
    const { stderr, calls } = check({ inspect: "echo 0 running 0", exec: "false" }, { command, timeout: 0 });
    expect(calls).toContain(`exec 0123abcd ${command.join(" ")}`);
    expect(stderr).toContain("`id`");
  });
});
