import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createClient } from "@supabase/supabase-js";
import WebSocket from "ws";
import { docker, exec } from "../support/containers.js";
import { Functions, healthCommand, logged, now, type Running, token } from "./harness.js";
import { samples } from "./samples.js";

let functions: Functions;
let service: Running;

beforeAll(async () => {
  functions = Functions.with("routing", samples);
  service = await functions.start("service");
});
afterAll(() => functions.sandbox.remove());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${service.url}${path}`, init);

test("the health check of the service passes, and fails where nothing listens", () => {
  expect(exec("docker", ["exec", service.container, ...healthCommand]).code).toBe(0);
  const elsewhere = healthCommand.map((part) => part.replace("/9000", "/9001"));
  expect(exec("docker", ["exec", service.container, ...elsewhere]).code).not.toBe(0);
});

test("supabase-js invokes a function", async () => {
  const key = await token({ exp: now() + 60 });
  const client = createClient("http://gateway", key, {
    realtime: { transport: WebSocket as never },
    // The gateway takes the prefix away.
    global: {
      fetch: (input, init) =>
        get(
          new URL(input instanceof Request ? input.url : input).pathname.replace("/functions/v1", ""),
          init,
        ),
    },
  });
  expect(await client.functions.invoke<unknown>("hello", { body: { name: "Ada" } })).toMatchObject({
    data: { message: "Hello Ada!" },
    error: null,
  });
  expect((await client.functions.invoke<unknown>("hello")).data).toEqual({ message: "Hello world!" });
});

test("a function sees the request as it was sent, and its answer arrives as it was given", async () => {
  const answer = await get("/echo/a%20b/c?d=e", { method: "DELETE", headers: { "x-sent": "kept" } });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({
    url: `${service.url}/echo/a%20b/c?d=e`,
    method: "DELETE",
    headers: { "x-sent": "kept" },
  });
  expect([answer.headers.get("x-reply"), answer.headers.get("x-hop")]).toEqual(["KEPT", null]);
});

test.each(["/nothing", "/main", "/_shared", "/.git", "/empty", "/..%2fhello", "/hel%20lo", "/"])(
  "%s is no function",
  async (path) => {
    const answer = await get(path);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: "function_not_found", message: expect.any(String) as string },
    ]);
  },
);

test.each(["misspelt", "mistyped"])("a function whose description is %s does not run", async (name) => {
  const answer = await get(`/${name}`);
  expect([answer.status, await answer.json()]).toMatchObject([500, { error: "function_misconfigured" }]);
  expect(logged(service.container)).toContain(`${name}: function.json has`);
});

test("a function may be declared by its default export", async () => {
  expect(await (await get("/declared")).text()).toBe("declared");
});

test("bodies stream both ways", async () => {
  const sent = request(`${service.url}/stream`, { method: "POST" });
  sent.write("first");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const next = async (): Promise<string> => String(((await once(answer, "data")) as [Buffer])[0]);
  // The second half is only sent once the first one has come back.
  expect(await next()).toBe("first");
  sent.write("second");
  expect(await next()).toBe("second");
  sent.end();
  await once(answer, "end");
});

test.each(["gzip", "identity"])("a compressed answer stays readable for who accepts %s", async (encoding) => {
  const answer = await get("/compressed", { headers: { "accept-encoding": encoding } });
  expect(await answer.text()).toBe("x".repeat(1000));
});

test("it ends at once when told to", () => {
  const { container } = service;
  const started = Date.now();
  docker(["stop", container]);
  expect(Date.now() - started).toBeLessThan(2500);
  expect(docker(["inspect", "--format", "{{.State.ExitCode}}", container])).toBe("0");
});
