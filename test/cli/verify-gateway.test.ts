import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import type { Outputs } from "../../cli/outputs.js";
import { bucketChecks } from "../../cli/verify/bucket.js";
import { certificateChecks } from "../../cli/verify/certificates.js";
import { type Check, type Result, runChecks } from "../../cli/verify/check.js";
import { gatewayChecks } from "../../cli/verify/gateway.js";
import type { Platform } from "../../cli/verify/platform.js";
import { forgeToken, tokenChecks } from "../../cli/verify/tokens.js";
import { signApiKey } from "../../components/credentials.js";
import { type Certificates, makeCertificates } from "../contract/gateway.js";
import { outputs as sample } from "./samples.js";

const secret = "the stack's JWT secret";

/** A gateway as clients see it, on ports of its own, whose answers a test may spoil. */
class FakeGateway {
  /** Answers by path that go before the usual ones. */
  spoilt: Readonly<Record<string, number>> = {};
  readonly hosts = new Set<string>();
  private readonly servers: Server[] = [];
  readonly objects = new Map<string, string>();

  constructor(
    private readonly keys: { readonly anon: string; readonly service: string },
    private readonly certificates: Certificates,
  ) {}

  /** Listens with a leaf certificate, or without TLS. @returns the port */
  async listen(leaf: "server" | "api" | undefined, handler: RequestListener): Promise<number> {
    const pair = this.certificates.leaves[leaf ?? ""];
    const server: Server =
      pair === undefined
        ? createHttp(handler)
        : createHttps(
            {
              ...{ cert: pair.certificate, key: pair.privateKey },
              SNICallback: (name, done) => {
                const { certificate, privateKey } =
                  this.certificates.leaves[name.split(".")[0] ?? ""] ?? pair;
                done(null, createSecureContext({ cert: certificate, key: privateKey }));
              },
            },
            handler,
          );
    server.on("upgrade", (request: IncomingMessage, socket) => {
      const status = this.statusOf(request);
      socket.end(
        status === 200
          ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
          : `HTTP/1.1 ${String(status)} Refused\r\nContent-Length: 0\r\n\r\n`,
      );
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  readonly api: RequestListener = (request, response) => {
    this.hosts.add(request.headers.host ?? "");
    const path = new URL(request.url ?? "", "http://x").pathname;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.statusCode = this.statusOf(request);
      response.end(this.store(request.method ?? "", path, Buffer.concat(chunks).toString()));
    });
  };

  /** What is kept of Storage: uploads by path, gone when a DELETE names them. */
  private store(method: string, path: string, body: string): string {
    const uploaded = path.replace("/authenticated", "");
    if (method === "POST" && path.includes("/object/")) this.objects.set(uploaded, body);
    if (method === "DELETE" && path.includes("/object/")) {
      const { prefixes = [] } = JSON.parse(body) as { prefixes?: string[] };
      for (const prefix of prefixes) this.objects.delete(`${path}/${prefix}`);
    }
    return this.objects.get(uploaded) ?? "{}";
  }

  close(): void {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  private statusOf({ url = "", headers: { apikey, authorization } }: IncomingMessage): number {
    const path = new URL(url, "http://x").pathname;
    const { anon, service } = this.keys;
    if (this.spoilt[path] !== undefined) return this.spoilt[path];
    const isOpen = /^\/(health$|realtime\/v1\/health|storage|functions)/.test(path);
    if (!isOpen && apikey !== anon && apikey !== service) return 401;
    if (path === "/rest/v1/" && apikey === anon) return 403;
    const isForged = authorization !== undefined && authorization !== `Bearer ${service}`;
    return isForged ? (path.startsWith("/auth") ? 403 : path.startsWith("/storage") ? 400 : 401) : 200;
  }
}

describe("verifying through the gateway", () => {
  let gateway: FakeGateway;
  let outputs: Outputs;
  let forged: string;

  beforeAll(async () => {
    const certificates = makeCertificates();
    const keys = {
      anon: await signApiKey("anon", secret),
      service: await signApiKey("service_role", secret),
    };
    forged = await forgeToken();
    gateway = new FakeGateway(keys, certificates);
    const endpoint = (port: number, url: string) => ({ bind: "0.0.0.0", port, url });
    const https = await gateway.listen("server", (_, response) => response.end("page"));
    const url = `https://sobertube.local:${String(https)}`;
    const http = await gateway.listen(undefined, ({ url: path = "" }, response) => {
      response.writeHead(308, { Location: url + path }).end();
    });
    const api = await gateway.listen("api", gateway.api);
    outputs = {
      ...sample,
      endpoints: {
        https: endpoint(https, url),
        http: endpoint(http, "http://sobertube.local"),
        api: endpoint(api, `https://api.sobertube.local:${String(api)}`),
        apiHttp: endpoint(await gateway.listen(undefined, gateway.api), "http://localhost:8080"),
      },
      caCertificate: certificates.ca,
      certificates: certificates.leaves,
      anonKey: keys.anon,
      serviceRoleKey: keys.service,
      jwtSecret: secret,
    };
  });
  afterEach(() => (gateway.spoilt = {}));
  afterAll(() => gateway.close());

  const platform = (change: Partial<Outputs> = {}): Platform => ({
    ...{ stack: "dev", services: [] },
    outputs: { ...outputs, ...change },
    expected: ["auth", "edge-functions", "realtime", "rest", "storage"],
  });
  const outcome = async (checks: readonly Check[]): Promise<Result[]> => runChecks(checks);
  const failures = async (checks: readonly Check[]): Promise<string[]> =>
    (await outcome(checks)).filter(({ ok }) => !ok).map(({ name, seen }) => `${name}: ${seen}`);

  it("finds nothing wrong with a gateway that is right", async () => {
    await expect(failures(gatewayChecks(platform(), forged))).resolves.toEqual([]);
    await expect(failures(tokenChecks(platform(), forged))).resolves.toEqual([]);
    const [, file] = bucketChecks(platform());
    expect(file && (await outcome([file]))).toMatchObject([{ ok: true, seen: "put, read and removed" }]);
    expect([...gateway.objects]).toEqual([]);
  });

  it("asks for the public name, which no DNS has to know", () => {
    expect([...gateway.hosts].sort()).toEqual([new URL(outputs.endpoints.api.url).host, "localhost:8080"]);
  });

  it("names the route whose service is gone", async () => {
    gateway.spoilt = { "/storage/v1/status": 502 };
    await expect(failures(gatewayChecks(platform(), forged))).resolves.toEqual([
      "/storage/v1/status: 502, not 200: the service behind it does not answer",
    ]);
  });

  it("sees a gateway that lets everyone in", async () => {
    gateway.spoilt = { "/rest/v1/": 200 };
    const found = await failures(gatewayChecks(platform(), forged));
    expect(found).toHaveLength(3);
    expect(found.every((line) => line.includes("lets it through"))).toBe(true);
  });

  it("calls a wrong JWT secret in a service by its name", async () => {
    gateway.spoilt = { "/rest/v1/": 401, "/realtime/v1/websocket": 403 };
    await expect(failures(tokenChecks(platform(), forged))).resolves.toEqual([
      "rest accepts: 401: rest does not accept this stack's tokens; its JWT secret is another one",
      "realtime accepts: 403: realtime does not accept this stack's tokens; its JWT secret is another one",
    ]);
  });

  it("sees a service that verifies nothing, and keys that are not the secret's", async () => {
    gateway.spoilt = { "/auth/v1/admin/users": 200 };
    const found = await failures(tokenChecks(platform({ jwtSecret: "another" }), forged));
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^anonKey: not valid/);
    expect(found[1]).toMatch(/^serviceRoleKey: not valid/);
    expect(found[2]).toMatch(/^auth refuses: 200: auth accepts a token/);
  });

  it("sees a storage that loses what it is given", async () => {
    const [, file] = bucketChecks(platform());
    gateway.spoilt = { "/storage/v1/bucket": 500 };
    const [line] = file ? await failures([file]) : [];
    expect(line).toMatch(/^a file by way of storage: storage makes no bucket: 500 /);
  });

  it("reads the served certificates: chain, names and days", async () => {
    const served = certificateChecks(platform()).slice(0, 2);
    const found = await outcome(served);
    // The harness's certificates live for two days, and its server's has no wildcard.
    expect(found.map(({ seen }) => seen)).toEqual([
      "not good for any.sobertube.local",
      expect.stringMatching(/^[12] days left, until/),
    ]);
    const foreign = certificateChecks(platform({ caCertificate: makeCertificates().ca })).slice(0, 2);
    for (const line of await failures(foreign)) expect(line).toMatch(/not trusted by the stack's authority/);
  });

  it("trusts no certificate of another authority, whatever the answer would be", async () => {
    const found = await failures(
      gatewayChecks(platform({ caCertificate: makeCertificates().ca }), forged).slice(0, 2),
    );
    expect(found).toHaveLength(2);
    for (const line of found) expect(line).toMatch(/certificate|self.signed|signature/i);
  });

  it("says that nothing listens, and goes on", async () => {
    const silent = { ...outputs.endpoints.api, port: 9 };
    const endpoints = { ...outputs.endpoints, api: silent };
    const found = await failures(gatewayChecks(platform({ endpoints }), forged));
    expect(found).toHaveLength(11);
    expect(found[0]).toBe("/health: connect ECONNREFUSED 127.0.0.1:9");
  });
});
