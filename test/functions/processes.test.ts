import { setTimeout as sleep } from "node:timers/promises";
import { docker, until } from "../support/containers.js";
import { environment, Functions, logged, type Running } from "./harness.js";
import { samples } from "./samples.js";

let functions: Functions;
let service: Running;
let hasty: Running;

beforeAll(async () => {
  functions = Functions.with("processes", samples);
  service = await functions.start("service", { OWN_SETTING: "seen" });
  hasty = await functions.start("hasty", { FUNCTIONS_WALL_CLOCK_MS: "1500" });
});
afterAll(() => functions.sandbox.remove());

const get = (name: string, { url } = service): Promise<Response> => fetch(`${url}/${name}`);

async function failure(name: string, from = service): Promise<unknown> {
  const answer = await get(name, from);
  const text = await answer.text();
  expect(text).not.toMatch(/detail|index\.ts|at /);
  return [answer.status, (JSON.parse(text) as { error: string }).error];
}

const instance = async (): Promise<unknown> =>
  ((await (await get("echo")).json()) as { instance: string }).instance;
const processes = ({ container }: Running): string[] =>
  docker(["top", container, "-o", "pid,args"])
    .split("\n")
    .filter((line) => line.includes("bootstrap.ts"));

test("first requests that come together start one process, which then stays", async () => {
  const instances = await Promise.all(Array.from({ length: 8 }, instance));
  expect(new Set([...instances, await instance()]).size).toBe(1);
});

test("a function gets the platform's settings but no means to sign tokens, and stays in its bounds", async () => {
  const {
    refused,
    own,
    environment: names,
    node,
  } = (await (await get("prober")).json()) as {
    refused: Record<string, string>;
    own: string;
    environment: string[];
    node: string[];
  };
  const expected = [...Object.keys(environment).filter((name) => name !== "JWT_SECRET"), "OWN_SETTING"];
  expect(names).toEqual(expect.arrayContaining(expected));
  expect(node).toEqual(expect.arrayContaining(expected));
  for (const name of ["JWT_SECRET", "FUNCTIONS_FOLDER", "EDGE_RUNTIME_PORT"]) {
    expect([...names, ...node]).not.toContain(name);
  }
  expect(own).toContain("verify_jwt");
  expect(new Set(Object.values(refused))).toEqual(new Set(["NotCapable"]));
});

test("a function that cannot be loaded is unavailable, and says why in the log alone", async () => {
  expect(await failure("broken")).toEqual([503, "function_unavailable"]);
  expect(await failure("idle-module")).toEqual([503, "function_unavailable"]);
  expect(logged(service.container)).toContain(
    "[broken] error: Uncaught (in promise) Error: a detail for the log",
  );
});

test("a handler that throws answers for itself, and the process stays", async () => {
  expect(await failure("failing")).toEqual([500, "function_failed"]);
  expect(logged(service.container)).toContain("[failing] Error: another detail for the log");
});

test("a process that ends takes nothing with it, and is started anew", async () => {
  const before = await instance();
  expect(await failure("leaving")).toEqual([502, "function_failed"]);
  expect(await failure("greedy")).toEqual([502, "function_failed"]);
  expect(await instance()).toBe(before);

  const { pid } = (await (await get("echo")).json()) as { pid: number };
  docker(["exec", service.container, "bash", "-c", `kill -KILL ${String(pid)}`]);
  await until("another instance", async () => ((await instance()) === before ? undefined : true), 5);
  expect(logged(service.container)).toContain("leaving ended by itself (exit code 3)");
});

test("a request is not waited for longer than the limit, and its function is ended", async () => {
  const started = Date.now();
  expect(await failure("stuck", hasty)).toEqual([504, "function_timeout"]);
  expect(Date.now() - started).toBeLessThan(4000);
  expect(await (await get("stuck/now", hasty)).text()).toBe("now");
});

test("a stream that never ends is broken off at the limit", async () => {
  const answer = await get("endless", hasty);
  const reader = answer.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? "").toString()).toBe("tick ");
  const toTheEnd = async (): Promise<void> => {
    for (let done = false; !done;) done = (await reader?.read())?.done ?? true;
  };
  await expect(toTheEnd()).rejects.toThrow();
});

describe("with a short time of rest", () => {
  let sleepy: Running;

  beforeAll(async () => {
    const flags = ["--main-service=/home/deno/functions/main", "--user-worker-request-idle-timeout", "700"];
    sleepy = await functions.start("sleepy", {}, ["start", ...flags]);
  });

  const ended = () => until("its end", () => (processes(sleepy).length === 0 ? true : undefined), 3);

  test("a function that is not used is ended", async () => {
    await get("echo", sleepy);
    await sleep(400);
    await get("echo", sleepy);
    await sleep(400);
    expect(processes(sleepy)).toHaveLength(1);
    await ended();
    expect(logged(sleepy.container)).toContain("ending echo: not used for 700 ms");
    expect((await get("echo", sleepy)).status).toBe(201);
    await ended();
  });

  test("a stream keeps its function, until the one who reads it goes", async () => {
    const reading = new AbortController();
    await fetch(`${sleepy.url}/endless`, { signal: reading.signal });
    await sleep(1200);
    expect(processes(sleepy)).toHaveLength(1);
    reading.abort();
    await ended();
  });
});

test("idle, the service needs little memory and no processor", async () => {
  const { container } = await functions.start("idle");
  const read = (path: string): string => docker(["exec", container, "cat", path]);
  /** Hundredths of a second of the processor. */
  const used = (): number => {
    const fields = read("/proc/1/stat").split(" ");
    return Number(fields[13]) + Number(fields[14]);
  };
  const before = used();
  await sleep(3000);
  expect(used() - before).toBeLessThanOrEqual(2);
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(read("/proc/1/status"))?.[1]);
  expect(kilobytes).toBeLessThan(64 * 1024);
});
