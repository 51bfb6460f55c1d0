import { once } from "node:events";
import { connect } from "node:tls";
import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { sendRaw } from "../support/raw.js";
import { startEcho } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { keys, origins, hosts } = prodModel;
const [origin = ""] = origins;

describe("a refusal of the gateway's own", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("refusals");
    gateway = await TestGateway.start(sandbox);
    startEcho(sandbox, "echo");
    const limits = { api: 60_000, signIn: 60_000, storage: 60_000, functions: 60_000, connections: 10 };
    await gateway.serve(gateway.generation("page", { limits, uploadLimit: 1000 }));
    await until("the service", async () =>
      (await api("/rest/v1/drink", { headers: { apikey: keys.anon } })).status === 200 ? true : undefined,
    );
  });
  afterAll(() => sandbox.remove());

  const api = (path: string, options: RequestOptions = {}): Promise<Answer> =>
    ask("https", gateway.port("api"), path, { ca: gateway.certificates.ca, host: hosts.api, ...options });
  const raw = (request: string): Promise<string> =>
    sendRaw(gateway.port("api"), request, gateway.certificates.ca, hosts.api);
  const head = `Host: ${hosts.api}\r\nOrigin: ${origin}\r\napikey: ${keys.anon}\r\n`;

  /** Status, headers and body of an answer in raw bytes. */
  function parse(text: string): Answer {
    const [top = "", body = ""] = text.split("\r\n\r\n");
    const [first = "", ...lines] = top.split("\r\n");
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(": ")[0]?.toLowerCase() ?? "", line.slice(line.indexOf(": ") + 2)]),
    );
    return { status: Number(first.split(" ")[1]), headers, body, bytes: Buffer.from(body) };
  }

  function expectJson({ headers, body }: Answer, message: RegExp): void {
    expect(headers["content-type"]).toBe("application/json");
    const said = JSON.parse(body) as { message: string; request_id: string };
    expect(said.message).toMatch(message);
    expect(said.request_id).toBe(headers["x-request-id"]);
    expect(said.request_id).toMatch(/^[0-9a-f]{32}$/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    });
  }

  it.each([
    ["a request line that is none", "GARBAGE\r\n\r\n", 400, /Bad request/],
    ["a request without Host", "GET /rest/v1/ HTTP/1.1\r\n\r\n", 400, /Bad request/],
    [
      "two lengths of one body",
      `POST /rest/v1/x HTTP/1.1\r\n${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
      400,
      /Bad/,
    ],
    [
      "a length beside chunks",
      `POST /rest/v1/x HTTP/1.1\r\n${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      /Bad request/,
    ],
    ["a URI of 20 kB", `GET /rest/v1/${"a".repeat(20_000)} HTTP/1.1\r\n${head}\r\n`, 414, /URI too long/],
    [
      "a header of 20 kB",
      `GET /rest/v1/x HTTP/1.1\r\n${head}X: ${"a".repeat(20_000)}\r\n\r\n`,
      431,
      /fields too large/,
    ],
    ["TRACE", `TRACE /rest/v1/x HTTP/1.1\r\n${head}\r\n`, 405, /method/],
  ])("of %s is JSON with the request's id", async (_, request, status, message) => {
    const answer = parse(await raw(request));
    expect(answer.status).toBe(status);
    expectJson(answer, message);
  });

  it("of a body that is too large is JSON that browsers may read, with a length and in chunks", async () => {
    const body = "a".repeat(11 * 1024 ** 2);
    const framings: Record<string, string>[] = [
      { "content-length": String(body.length) },
      { "transfer-encoding": "chunked" },
    ];
    for (const headers of framings) {
      const answer = await api("/rest/v1/drink", {
        method: "POST",
        headers: { apikey: keys.anon, origin, ...headers },
        body,
      });
      expect(answer.status).toBe(413);
      expectJson(answer, /too large/);
      expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    }
  });

  it("of one connection too many is JSON, and the others go on", async () => {
    const waiting = `POST /rest/v1/drink HTTP/1.1\r\n${head}Content-Length: 4\r\n\r\n`;
    const { ca } = gateway.certificates;
    const open = Array.from({ length: 10 }, () =>
      connect({ host: "127.0.0.1", port: gateway.port("api"), ca, servername: hosts.api }),
    );
    const answers = open.map((socket) => once(socket, "data").then(([data]) => String(data)));
    for (const socket of open) socket.write(waiting);
    await until("all of them", () => {
      const { stdout } = gateway.inside("curl -fsS http://127.0.0.1:9145/metrics");
      const busy = Number(/^nginx_connections_writing (\d+)$/m.exec(stdout)?.[1]);
      // The one that asks is one more.
      return busy > open.length ? true : undefined;
    });
    const refused = await api("/rest/v1/drink", { headers: { apikey: keys.anon, origin } });
    expect(refused.status).toBe(429);
    expectJson(refused, /Too many/);
    for (const socket of open) socket.write("done");
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1.1 200 /);
    for (const socket of open) socket.destroy();
  });

  it("of a name that is not served here is JSON", async () => {
    const answer = await api("/rest/v1/", { headers: { host: "elsewhere.example" } });
    expect(answer.status).toBe(421);
    expectJson(answer, /host name/);
  });

  it("of a path that no key opens is JSON that browsers may read", async () => {
    const answer = await api("/pg/tables", { headers: { apikey: keys.serviceRole, origin } });
    expect(answer.status).toBe(404);
    expectJson(answer, /no such route/);
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
  });
});

describe("a client that asks too often", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("limits");
    gateway = await TestGateway.start(sandbox);
    startEcho(sandbox, "echo");
    const limits = { api: 30, signIn: 6, storage: 600, functions: 600, connections: 100 };
    const routes = prodModel.routes.map((route) =>
      route.path === "/auth/v1/" ? { ...route, limit: "signIn" as const } : route,
    );
    await gateway.serve(gateway.generation("page", { limits, routes }));
  });
  afterAll(() => sandbox.remove());

  const api = (path: string, options: RequestOptions = {}): Promise<Answer> =>
    ask("https", gateway.port("api"), path, { ca: gateway.certificates.ca, host: hosts.api, ...options });
  const withKey = { headers: { apikey: keys.anon, origin } };

  it("is refused with 429 in JSON that browsers may read, and told when to come again", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => api("/rest/v1/drink", withKey)));
    const refused = answers.filter(({ status }) => status === 429);
    // Five at once and one by the rate; another one if the second has passed.
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeLessThanOrEqual(6);
    for (const { headers, body } of refused) {
      expect(headers).toMatchObject({
        "retry-after": "2",
        "ratelimit-policy": '"api";q=30;w=60',
        "access-control-allow-origin": origin,
        "content-type": "application/json",
        "x-content-type-options": "nosniff",
      });
      expect(JSON.parse(body)).toMatchObject({ message: "Too many requests" });
    }
  });

  it("has another count where secrets are guessed", async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => api("/auth/v1/token", withKey)));
    expect(answers.map(({ status }) => status).sort()).toEqual([429, 429, 503, 503]);
    for (const { headers } of answers) expect(headers["ratelimit-policy"]).toBe('"signIn";q=6;w=60');
  });

  it("is asked for a key first, and preflights are never counted", async () => {
    for (let count = 0; count < 20; count += 1) {
      expect((await api("/rest/v1/drink", { headers: { apikey: "invented" } })).status).toBe(401);
      expect((await api("/rest/v1/drink", { method: "OPTIONS", headers: { origin } })).status).toBe(204);
    }
  });
});
