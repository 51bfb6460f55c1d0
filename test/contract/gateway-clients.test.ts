import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { docker, exec, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { startEcho, told } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { keys, hosts } = prodModel;

describe("who a client is", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  /** The address under which this host's requests reach the gateway. */
  let host: string;

  beforeAll(async () => {
    sandbox = new Sandbox("clients");
    gateway = await TestGateway.start(sandbox);
    startEcho(sandbox, "echo");
    const format = "{{range .IPAM.Config}}{{.Gateway}}{{end}}";
    host = docker(["network", "inspect", "--format", format, sandbox.prefix]);
    await deliver({});
    await until("the service", async () => ((await api()).status === 200 ? true : undefined));
  });
  afterAll(() => sandbox.remove());

  const deliver = async (model: Parameters<TestGateway["generation"]>[1]): Promise<void> => {
    await gateway.serve(gateway.generation("page", model));
  };
  const api = (headers: Record<string, string> = {}): Promise<Answer> => {
    const options: RequestOptions = { headers: { apikey: keys.anon, ...headers } };
    return ask("https", gateway.port("api"), "/rest/v1/drink", {
      ca: gateway.certificates.ca,
      host: hosts.api,
      ...options,
    });
  };
  const claim = { "x-forwarded-for": "198.51.100.7, 203.0.113.9" };

  it("is its connection's address, whatever it claims", async () => {
    expect(told(await api(claim)).forwarded).toBe(host);
  });

  it("is what a trusted proxy says, as far as trusted proxies reach", async () => {
    await deliver({ trustedProxies: [host] });
    expect(told(await api(claim)).forwarded).toBe("203.0.113.9");
    await deliver({ trustedProxies: [`${host}/32`, "203.0.113.0/24"] });
    expect(told(await api(claim)).forwarded).toBe("198.51.100.7");
    await deliver({ trustedProxies: ["192.0.2.1"] });
    expect(told(await api(claim)).forwarded).toBe(host);
  });

  it("decides whether it reaches anything at all, on every port", async () => {
    await deliver({ allow: ["192.0.2.0/24"] });
    await expect(api()).rejects.toThrow(/hang up|reset/);
    for (const [scheme, surface] of [
      ["https", "https"],
      ["http", "http"],
      ["http", "apiHttp"],
    ] as const)
      await expect(
        ask(scheme, gateway.port(surface), "/health", { ca: gateway.certificates.ca, host: hosts.frontend }),
      ).rejects.toThrow(/hang up|reset/);
    const inside = exec("docker", ["exec", gateway.container, "curl", "-sS", "http://127.0.0.1:8001/health"]);
    expect(inside.stdout).toBe('{"status":"ok"}');
    await deliver({ allow: ["192.0.2.0/24", `${host}/32`] });
    expect((await api()).status).toBe(200);
  });

  it("is judged by what a trusted proxy says, too", async () => {
    await deliver({ allow: ["203.0.113.0/24"], trustedProxies: [host] });
    expect((await api(claim)).status).toBe(200);
    await expect(api({ "x-forwarded-for": "198.51.100.7" })).rejects.toThrow(/hang up|reset/);
  });
});
