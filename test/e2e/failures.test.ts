import type { EngineEvent } from "@pulumi/pulumi/automation";
import { createTestStack, docker, type TestStack } from "../support/stack.js";

interface Failure {
  readonly message: string;
  /** Seconds since the epoch at which the error was reported. */
  readonly at: number;
  /** Seconds since the epoch at which the first step of each resource began, by name. */
  readonly began: Readonly<Record<string, number>>;
}

describe("a service that does not come up", () => {
  let test: TestStack;

  beforeEach(async () => {
    test = await createTestStack({ slot: 2, program: "test/fixtures/one-service.ts" });
  });
  afterEach(() => test.remove());

  async function upWith(fault: string): Promise<Failure> {
    await test.set("fault", fault);
    const events: EngineEvent[] = [];
    const seen = (event: EngineEvent): void => {
      events.push({ ...event, timestamp: Date.now() / 1000 });
    };
    await expect(test.stack.up({ onEvent: seen })).rejects.toThrow();
    const errors = events.filter(({ diagnosticEvent }) => diagnosticEvent?.severity === "error");
    const began = events.flatMap(({ resourcePreEvent, timestamp }): [string, number][] =>
      resourcePreEvent ? [[resourcePreEvent.metadata.urn.split("::").pop() ?? "", timestamp]] : [],
    );
    return {
      message: errors.map(({ diagnosticEvent }) => diagnosticEvent?.message).join("\n"),
      at: errors[0]?.timestamp ?? Infinity,
      began: Object.fromEntries(began),
    };
  }

  it("because it exits is named with its exit code and last lines, within 3 seconds", async () => {
    const { message, at } = await upWith("exits");
    expect(message).toContain("t2_lonely: exited with code 3 before it was ready");
    const left = Number(/leaving at (\d+)/.exec(message)?.[1]);
    expect(at - left).toBeLessThan(3);
  });

  it("because it never gets ready is named with its check and last lines, within 3 seconds of its time-out", async () => {
    const { message, at } = await upWith("hangs");
    expect(message).toContain("t2_lonely: not ready after 5 seconds (state running): false still fails");
    expect(message).toContain("| waiting for godot");
    const started = Date.parse(docker("inspect", "--format", "{{.State.StartedAt}}", "t2_lonely")) / 1000;
    expect(at - started - 5).toBeLessThan(3);
  });

  it("because its image is missing is named with the image, within 3 seconds", async () => {
    const { message, at, began } = await upWith("misses");
    expect(message).toContain("platform-local/nowhere:0");
    expect(at - (began["lonely-image"] ?? 0)).toBeLessThan(3);
  });

  it("comes up with the next update, once it is mended", async () => {
    await upWith("exits");
    await test.set("fault", "works");
    await test.stack.up();
    expect(
      docker("exec", "t2_lonely", "sh", "-c", "stat -c '%u:%g %a' /run/notes/note; cat /run/notes/note"),
    ).toBe("101:101 400\nfor uid 101 alone");
    expect((await test.stack.preview({ expectNoChanges: true })).changeSummary).toEqual({
      same: expect.any(Number) as number,
    });
  });
});
