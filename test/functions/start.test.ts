import { exec } from "../support/containers.js";
import { environment, Functions, image, logged } from "./harness.js";

let functions: Functions;

beforeAll(() => {
  functions = Functions.with("start", {
    "guarded/index.ts": "Deno.serve(() => new Response());",
    "guarded/function.json": '{"verify_jwt": true}',
  });
});
afterAll(() => functions.sandbox.remove());

/** Runs until it ends by itself. */
function outcome(values: Readonly<Record<string, string>>): { code: number; lines: string[] } {
  const container = functions.run(`start-${String(Math.random()).slice(2)}`, values);
  const code = Number(exec("docker", ["wait", container]).stdout);
  return { code, lines: logged(container).split("\n").filter(Boolean) };
}

test("without its settings it does not start, and names them all", () => {
  const { code, lines } = outcome({});
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringContaining("SUPABASE_URL is missing"),
    expect.stringContaining("SUPABASE_ANON_KEY is missing"),
    expect.stringContaining("SUPABASE_SERVICE_ROLE_KEY is missing"),
    expect.stringContaining("JWT_SECRET is missing"),
  ]);
});

test("malformed settings are named without their values", () => {
  const { code, lines } = outcome({
    ...environment,
    JWT_SECRET: "too-short",
    SUPABASE_URL: "gateway-without-scheme",
    SUPABASE_DB_URL: "mysql://root:hidden@db/x",
    REDIS_URL: "nowhere",
    SUPABASE_JWKS: "{",
    VERIFY_JWT: "perhaps",
    EDGE_RUNTIME_PORT: "99999",
    FUNCTIONS_MEMORY_MB: "much",
  });
  expect(code).toBe(1);
  expect(lines.map((line) => /^edge functions: (\w+) /.exec(line)?.[1])).toEqual([
    "SUPABASE_URL",
    "SUPABASE_DB_URL",
    "REDIS_URL",
    "VERIFY_JWT",
    "EDGE_RUNTIME_PORT",
    "JWT_SECRET",
    "SUPABASE_JWKS",
    "FUNCTIONS_MEMORY_MB",
  ]);
  expect(lines.join()).not.toMatch(/too-short|hidden|perhaps/);
});

test("one function that demands tokens is enough to need the secret", () => {
  expect(outcome({ ...environment, JWT_SECRET: "", VERIFY_JWT: "false" })).toMatchObject({
    code: 1,
    lines: [expect.stringContaining("JWT_SECRET is missing")],
  });
});

test.each([
  [["start", "--inspect"], "--inspect is not a flag"],
  [["start", "--port"], "--port needs a value"],
  [["bundle"], 'the only command is start, not "bundle"'],
  [["start", "--main-service", "/nowhere"], "there is no /nowhere/index.ts"],
])("the arguments %j are refused by name", (args, message) => {
  const { code, stderr } = exec("docker", ["run", "--rm", "--read-only", image, ...args]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
});
