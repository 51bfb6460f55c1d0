import { Agent, request } from "node:https";
import { connect, type ConnectionOptions, DEFAULT_CIPHERS, type TLSSocket } from "node:tls";
import { ask } from "../support/client.js";
import { Sandbox } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

/** What a handshake agreed on. */
interface Handshake {
  readonly protocol: string | null;
  readonly alpn: string | false | null;
  readonly names: string | undefined;
  readonly cipher: string;
  readonly forwardSecret: boolean;
}

describe("TLS at the gateway", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("tls");
    gateway = await TestGateway.start(sandbox);
    await gateway.serve(gateway.generation("page", { http: "redirect" }));
  });
  afterAll(() => sandbox.remove());

  const shake = (surface: "https" | "api", options: ConnectionOptions = {}): Promise<Handshake> =>
    new Promise((resolve, reject) => {
      const socket: TLSSocket = connect(
        {
          host: "127.0.0.1",
          port: gateway.port(surface),
          servername: surface === "api" ? prodModel.hosts.api : prodModel.hosts.frontend,
          ca: gateway.certificates.ca,
          timeout: 5_000,
          ...options,
        },
        () => {
          resolve({
            protocol: socket.getProtocol(),
            alpn: socket.alpnProtocol,
            names: socket.getPeerCertificate().subjectaltname,
            cipher: socket.getCipher().name,
            forwardSecret: "type" in (socket.getEphemeralKeyInfo() ?? {}),
          });
          socket.destroy();
        },
      );
      socket.on("error", reject);
      socket.on("timeout", () => socket.destroy(new Error("no handshake within 5 s")));
    });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "speaks %s with forward secrecy and authenticated encryption",
    async (version) => {
      for (const surface of ["https", "api"] as const) {
        const { protocol, cipher, forwardSecret } = await shake(surface, {
          minVersion: version,
          maxVersion: version,
        });
        expect({ protocol, forwardSecret }).toEqual({ protocol: version, forwardSecret: true });
        expect(cipher).toMatch(/GCM|CHACHA20/);
      }
    },
  );

  it.each(["TLSv1", "TLSv1.1"] as const)("refuses %s", async (version) => {
    // Without security level 0 this client would not even offer it.
    const old = { minVersion: version, maxVersion: version, ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` };
    await expect(shake("api", old)).rejects.toThrow(/alert protocol version/);
  });

  it("refuses a suite without forward secrecy", async () => {
    const weak = { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES128-SHA" } as const;
    await expect(shake("api", weak)).rejects.toThrow(/handshake failure/);
  });

  it("shows each surface its own certificate", async () => {
    expect((await shake("https")).names).toContain(`DNS:${prodModel.hosts.frontend}`);
    expect((await shake("api")).names).toContain(`DNS:${prodModel.hosts.api}`);
    await expect(shake("https", { servername: prodModel.hosts.api })).rejects.toThrow(/altnames/);
  });

  it("agrees on HTTP/2, and on HTTP/1.1 with a client that knows no better", async () => {
    expect((await shake("api", { ALPNProtocols: ["h2", "http/1.1"] })).alpn).toBe("h2");
    expect((await shake("https", { ALPNProtocols: ["http/1.1"] })).alpn).toBe("http/1.1");
  });

  it("keeps an HTTP/1.1 connection for the next request", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: gateway.certificates.ca });
    const once = (): Promise<{ status: number | undefined; reused: boolean }> =>
      new Promise((resolve, reject) => {
        const servername = prodModel.hosts.api;
        const port = gateway.port("api");
        const options = { agent, servername, port, host: "127.0.0.1", path: "/health", timeout: 5_000 };
        const sent = request({ ...options, headers: { host: servername } }, (response) => {
          response.resume();
          response.on("end", () => resolve({ status: response.statusCode, reused: sent.reusedSocket }));
        });
        sent.on("error", reject);
        sent.on("timeout", () => sent.destroy(new Error("no answer within 5 s")));
        sent.end();
      });
    expect(await once()).toEqual({ status: 200, reused: false });
    expect(await once()).toEqual({ status: 200, reused: true });
    agent.destroy();
  });

  it("promises HTTPS to the platform's names and never to localhost, where HTTP is redirected", async () => {
    const hsts = async (host: string): Promise<unknown> => {
      const { ca } = gateway.certificates;
      return (await ask("https", gateway.port("api"), "/health", { ca, host })).headers[
        "strict-transport-security"
      ];
    };
    expect(await hsts(prodModel.hosts.api)).toBe("max-age=63072000; includeSubDomains");
    expect(await hsts("localhost")).toBeUndefined();
  });
});
