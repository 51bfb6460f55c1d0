import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { docker, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { startEcho, told } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { keys, origins } = prodModel;
const [origin = ""] = origins;

describe("the API behind the gateway", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("api");
    gateway = await TestGateway.start(sandbox);
    await gateway.serve(gateway.generation("page"));
  });
  afterAll(() => sandbox.remove());

  const api = (path: string, options: RequestOptions = {}): Promise<Answer> =>
    ask("https", gateway.port("api"), path, {
      ca: gateway.certificates.ca,
      host: prodModel.hosts.api,
      ...options,
    });
  const withKey = (headers: Record<string, string> = {}): RequestOptions => ({
    headers: { apikey: keys.anon, ...headers },
  });
  const expectReadable = ({ headers }: Answer): void => {
    expect(headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "Content-Range, X-Request-Id",
      vary: "Origin",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    });
  };

  describe("without its service", () => {
    it("answers promptly, in JSON with a request id, and browsers may read it", async () => {
      const started = Date.now();
      const answer = await api("/rest/v1/drink", withKey({ origin }));
      expect(Date.now() - started).toBeLessThan(3_000);
      expect(answer.status).toBe(503);
      expect(answer.headers["content-type"]).toBe("application/json");
      expect(JSON.parse(answer.body)).toEqual({
        message: expect.stringMatching(/^The service/) as string,
        request_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      });
      expectReadable(answer);
    });

    it("finds it within 2 seconds once it is there, and its successor too", async () => {
      for (const name of ["echo-1", "echo-2"]) {
        const container = startEcho(sandbox, name);
        await until("the service itself", () =>
          docker(["exec", container, "curl", "-fsS", "http://127.0.0.1:3000/"]) === "" ? undefined : true,
        );
        const found = async (): Promise<true | undefined> =>
          (await api("/rest/v1/", withKey())).status === 200 ? true : undefined;
        await until(`${name} behind the gateway`, found, 2);
        if (name === "echo-1") docker(["rm", "--force", container]);
      }
    });
  });

  describe("with its service", () => {
    it("answers a preflight without a key, with what the origin may do", async () => {
      const headers = {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "apikey, x-my-own",
      };
      const answer = await api("/rest/v1/drink", { method: "OPTIONS", headers });
      expect([answer.status, answer.body]).toEqual([204, ""]);
      expect(answer.headers).toMatchObject({
        "access-control-allow-methods": expect.stringContaining("PATCH") as string,
        "access-control-allow-headers": "apikey, x-my-own",
        "access-control-max-age": "3600",
      });
      expectReadable(answer);
    });

    it("gives an origin that is not listed no leave to read", async () => {
      for (const method of ["OPTIONS", "GET"]) {
        const answer = await api("/rest/v1/", {
          method,
          headers: { apikey: keys.anon, origin: "https://evil.example" },
        });
        expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
        expect(answer.headers.vary).toBe("Origin");
      }
    });

    it.each([
      ["no key", {}, ""],
      ["an unknown key", { apikey: "unknown" }, ""],
      ["a known key in another case", { apikey: keys.anon.toUpperCase() }, ""],
      ["an unknown key in the query", {}, "?apikey=unknown"],
      ["a key in Authorization alone", { authorization: `Bearer ${keys.anon}` }, ""],
    ])("refuses %s with 401 in JSON that browsers may read", async (_, headers, query) => {
      const answer = await api(`/rest/v1/drink${query}`, { headers: { origin, ...headers } });
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body)).toHaveProperty("request_id");
      expectReadable(answer);
    });

    it.each([keys.anon, keys.serviceRole])(
      "takes the key %s from the header and from the query",
      async (key) => {
        for (const answer of [
          await api("/rest/v1/drink", { headers: { apikey: key } }),
          await api(`/rest/v1/drink?apikey=${key}`),
        ]) {
          expect(answer.status).toBe(200);
          expect(told(answer).authorization).toBe(`Bearer ${key}`);
        }
      },
    );

    it.each([
      ["?apikey=KEY", ""],
      ["?apikey=KEY&select=a", "?select=a"],
      ["?select=a&apikey=KEY", "?select=a"],
      ["?select=a&apikey=KEY&x=%26", "?select=a&x=%26"],
    ])("hands the query %s on as '%s', and logs no key", async (query, left) => {
      const answer = await api(`/rest/v1/drink${query.replace("KEY", keys.anon)}`);
      expect(told(answer).uri).toBe(`/drink${left}`);
      expect(gateway.logs()).toContain('"uri":"/rest/v1/drink');
      expect(gateway.logs()).not.toContain(keys.anon);
    });

    it("keeps a user's own token", async () => {
      const answer = await api("/rest/v1/drink", withKey({ authorization: "Bearer a.user.token" }));
      expect(told(answer).authorization).toBe("Bearer a.user.token");
    });

    it("hands path and query on byte by byte, without the prefix", async () => {
      const answer = await api("/rest/v1/a%2Fb//c?x=%20&y=1", withKey());
      expect(told(answer).uri).toBe("/a%2Fb//c?x=%20&y=1");
    });

    it("tells the service who asks, whatever the client claims", async () => {
      const claims = { "x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "http", "x-request-id": "mine" };
      const { id, forwarded, proto, host } = told(await api("/rest/v1/", withKey(claims)));
      expect({ proto, host }).toEqual({ proto: "https", host: prodModel.hosts.api });
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(forwarded).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(forwarded).not.toBe("1.2.3.4");
    });

    it("keeps its connections to the service", async () => {
      const reused = async (): Promise<true | undefined> =>
        Number(told(await api("/rest/v1/", withKey())).connection) > 1 ? true : undefined;
      await until("a connection that is used again", reused, 5);
    });

    it("sends one set of CORS headers, its own", async () => {
      const answer = await api("/rest/v1/", withKey({ origin }));
      expectReadable(answer);
      expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
    });

    it("passes a service's own error on as it is", async () => {
      const answer = await api("/rest/v1/own-error", withKey());
      expect([answer.status, answer.body]).toEqual([503, "the service's own"]);
    });

    it("answers 404 in JSON where there is no route", async () => {
      const answer = await api("/nowhere", withKey({ origin }));
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
        404,
        { message: "There is no such route" },
      ]);
      expectReadable(answer);
    });

    it("answers the same over plain HTTP where that is served, without HSTS", async () => {
      const answer = await ask("http", gateway.port("apiHttp"), "/rest/v1/", {
        host: prodModel.hosts.api,
        ...withKey(),
      });
      expect([answer.status, told(answer).proto]).toEqual([200, "http"]);
      expect(answer.headers).not.toHaveProperty("strict-transport-security");
    });
  });

  it("tells names that are not the platform's nothing", async () => {
    expect((await api("/health", { headers: { host: "elsewhere.example" } })).status).toBe(421);
    await expect(ask("http", gateway.port("http"), "/", { host: "elsewhere.example" })).rejects.toThrow(
      "hang up",
    );
  });
});
