import { environment, Functions, token } from "./harness.js";

// The real edge runtime cannot be had here, so this file alone speaks to an imitation of its interface. It shows
// what `main` asks of the runtime and how it understands the answers, not that the runtime understands `main`.
const imitation = `
const created = [];
const answers = JSON.parse(Deno.env.get("FUNCTIONS_ANSWERS"));
globalThis.EdgeRuntime = {
  userWorkers: {
    create: async (options) => {
      created.push(options);
      return {
        fetch: async (request) => {
          const name = answers.shift();
          if (name === undefined) return new Response("from " + new URL(request.url).pathname);
          throw Object.assign(new Error("a detail for the log"), { name });
        },
      };
    },
  },
};
let handler;
Deno.serve = (_, given) => { handler = given; return { shutdown: async () => {} }; };
await import("/home/deno/functions/main/index.ts");
const headers = { authorization: Deno.env.get("FUNCTIONS_AUTHORIZATION") };
const answer = await handler(new Request("http://edge:9000/hello/world?a=b", { headers }), {});
const refused = await handler(new Request("http://edge:9000/hello"), {});
const health = await handler(new Request("http://edge:9000/health"), {});
console.log("RESULT" + JSON.stringify({
  created, status: answer.status, body: await answer.text(), refused: refused.status, health: health.status,
}));
`;

interface Result {
  readonly created: Record<string, unknown>[];
  readonly status: number;
  readonly body: string;
  readonly refused: number;
  readonly health: number;
}

let functions: Functions;

beforeAll(() => {
  functions = Functions.with("edge", { "_imitation/index.js": imitation });
});
afterAll(() => functions.sandbox.remove());

async function under(answers: readonly string[]): Promise<Result> {
  const { stdout, stderr } = functions.deno(
    ["run", "--no-config", "--allow-env", "--allow-read", "/home/deno/functions/_imitation/index.js"],
    {
      ...environment,
      FUNCTIONS_ANSWERS: JSON.stringify(answers),
      FUNCTIONS_AUTHORIZATION: `Bearer ${await token()}`,
    },
  );
  const result = /^RESULT(.*)$/m.exec(stdout)?.[1];
  if (result === undefined) throw new Error(stderr);
  return JSON.parse(result) as Result;
}

test("a function runs in a worker of its folder, within the limits, without the means to sign tokens", async () => {
  const { created, status, body, refused, health } = await under([]);
  expect([status, body, refused, health]).toEqual([200, "from /hello/world", 401, 200]);
  expect(created).toEqual([
    {
      servicePath: "/home/deno/functions/hello",
      memoryLimitMb: 150,
      workerTimeoutMs: 400_000,
      noModuleCache: false,
      envVars: expect.any(Array) as unknown,
    },
  ]);
  const given = new Map(created[0]?.envVars as [string, string][]);
  const { JWT_SECRET, ...others } = environment;
  expect(Object.fromEntries(given)).toMatchObject(others);
  expect([...given.values()]).not.toContain(JWT_SECRET);
  expect([...given.keys()].filter((name) => /JWT|^FUNCTIONS_|^EDGE_RUNTIME_/.test(name))).toEqual([]);
});

test("a worker that has just retired is replaced", async () => {
  const { created, status } = await under(["WorkerAlreadyRetired"]);
  expect([created.length, status]).toEqual([2, 200]);
});

test.each([
  ["InvalidWorkerCreation", 503, "function_unavailable"],
  ["InvalidWorkerResponse", 500, "function_failed"],
  ["WorkerRequestIdleTimeout", 504, "function_timeout"],
  ["WorkerRequestCancelled", 504, "function_timeout"],
  ["TypeError", 500, "function_failed"],
])("the runtime's %s is answered with %i", async (name, status, error) => {
  const result = await under([name]);
  expect([result.status, JSON.parse(result.body)]).toMatchObject([status, { error }]);
  expect(result.body).not.toContain("detail");
});
