import { supabaseBlocked, supabaseRoutes } from "../../components/gateway/supabase.js";
import type { ServiceHost } from "../../components/gateway/model.js";
import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { startEcho, told } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { keys, hosts } = prodModel;
const ports = { auth: 9999, storage: 5000, realtime: 4000 } as const;

describe("a service under a host name of its own", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("hosts");
    gateway = await TestGateway.start(sandbox);
    for (const [name, port] of Object.entries(ports)) startEcho(sandbox, `echo-${name}`, name, port);
    const routes = supabaseRoutes({ tenant: "tenant" });
    await gateway.serve(gateway.generation("page", { routes, blocked: supabaseBlocked }));
    for (const host of Object.keys(ports) as ServiceHost[])
      await until(`the service ${host}`, async () =>
        (await own(host, "/x", { headers: { apikey: keys.anon } })).status === 200 ? true : undefined,
      );
  });
  afterAll(() => sandbox.remove());

  const at = (
    surface: "https" | "api",
    host: string,
    path: string,
    options: RequestOptions,
  ): Promise<Answer> =>
    ask("https", gateway.port(surface), path, { ca: gateway.certificates.ca, host, ...options });
  const own = (host: ServiceHost, path: string, options: RequestOptions = {}): Promise<Answer> =>
    at("https", hosts[host], path, options);
  const api = (path: string, options: RequestOptions = {}): Promise<Answer> =>
    at("api", hosts.api, path, options);

  it.each([
    ["auth", "/user?x=%2F", "key"],
    ["auth", "/token?grant_type=password", "key"],
    ["auth", "/verify?token=a&type=signup", "open"],
    ["auth", "/.well-known/jwks.json", "open"],
    ["auth", "/health", "key"],
    ["storage", "/object/public/a/b%2Fc%20d.png", "open"],
    ["storage", "/upload/resumable", "open"],
    ["realtime", "/websocket?vsn=2.0.0", "key"],
    ["realtime", "/api/broadcast", "key"],
    ["realtime", "/health", "open"],
    ["realtime", "/api/tenants", "blocked"],
  ] as const)("%s%s is what the API serves below its prefix (%s)", async (host, path, access) => {
    const statuses = { key: 401, open: 200, blocked: 403 };
    const strangers = [await own(host, path), await api(`/${host}/v1${path}`)];
    expect(strangers.map(({ status }) => status)).toEqual([statuses[access], statuses[access]]);
    const [one, other] = [
      await own(host, path, { headers: { apikey: keys.anon } }),
      await api(`/${host}/v1${path}`, { headers: { apikey: keys.anon } }),
    ];
    expect(one.status).toBe(access === "blocked" ? 403 : 200);
    const seen = ({ uri, authorization }: Readonly<Record<string, string>>) => ({ uri, authorization });
    expect([one.status, seen(told(one))]).toEqual([other.status, seen(told(other))]);
  });

  it("is told no prefix under its own name, and its prefix under the API's, whatever the client says", async () => {
    const headers = { "x-forwarded-prefix": "/evil" };
    expect(told(await own("storage", "/bucket", { headers })).prefix).toBe("");
    expect(told(await api("/storage/v1/bucket", { headers })).prefix).toBe("/storage/v1");
  });

  it("tells browsers what the API tells them", async () => {
    const names = (answer: Answer): string[] =>
      Object.keys(answer.headers)
        .filter((name) => !["date", "connection", "content-length"].includes(name))
        .sort();
    const headers = { apikey: keys.anon, origin: "https://sobertube.local" };
    expect(names(await own("auth", "/user", { headers }))).toEqual(
      names(await api("/auth/v1/user", { headers })),
    );
  });

  it("may send a session of 90 kB in cookies, and gets back as much as browsers send", async () => {
    const headers = { apikey: keys.anon, cookie: `session=${"c".repeat(14_000)}; more=${"c".repeat(1_000)}` };
    for (const answer of [
      await own("auth", "/cookies", { headers }),
      await api("/auth/v1/cookies", { headers }),
    ]) {
      expect(answer.status).toBe(204);
      expect(answer.headers["set-cookie"]).toHaveLength(30);
    }
  });

  it("is asked for its page's origin before a socket is opened", async () => {
    const socket = (origin: string): Promise<Answer> =>
      own("realtime", "/websocket", { headers: { apikey: keys.anon, origin } });
    expect((await socket("https://sobertube.local")).status).toBe(200);
    expect((await socket("https://sobertube.local.evil.example")).status).toBe(403);
    expect((await socket("null")).status).toBe(403);
  });
});
