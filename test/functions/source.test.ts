import { Functions } from "./harness.js";

const folder = "/home/deno/functions";

let functions: Functions;

beforeAll(() => {
  functions = Functions.with("source");
});
afterAll(() => functions.sandbox.remove());

test("Deno accepts the types of every function", () => {
  const modules = [`${folder}/main/index.ts`, `${folder}/main/deno/bootstrap.ts`, `${folder}/hello/index.ts`];
  const { code, stderr } = functions.deno([
    "check",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    ...modules,
  ]);
  expect([code, stderr.includes("error")]).toEqual([0, false]);
});

test("Deno's linter has nothing to say", () => {
  expect(functions.deno(["lint", "--no-config", folder])).toMatchObject({ code: 0 });
});
