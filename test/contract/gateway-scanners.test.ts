import { tlsDirectives } from "../../components/gateway/tls.js";
import { ask } from "../support/client.js";
import { Sandbox } from "../support/containers.js";
import { argsOf, prodModel } from "../support/nginx.js";
import { observe } from "../support/scanners/observatory.js";
import { examine, rate, type Target } from "../support/scanners/ssl-labs.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { hosts } = prodModel;
const pathFrontend = { host: hosts.frontend, internal: "https" } as const;
const surfaces = [
  pathFrontend,
  { host: hosts.api, internal: "api" },
  { host: hosts.auth, internal: "https" },
] as const;

/** What a scanner tries besides what is offered: suites without forward secrecy or authentication. */
const weak = [
  "AES128-SHA",
  "AES256-SHA",
  "AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-RSA-AES256-SHA384",
];

describe("a public scanner's judgement of a production gateway", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("scanners");
    gateway = await TestGateway.start(sandbox);
    await gateway.serve(gateway.generation("page", { http: "redirect" }));
  });
  afterAll(() => sandbox.remove());

  it.each(surfaces)("SSL Labs rates $host A+, with 96 or more", async ({ host, internal }) => {
    const target: Target = { port: gateway.port(internal), host, ca: gateway.certificates.ca };
    const own = argsOf(tlsDirectives(prodModel), "ssl_ciphers")[0]?.[0]?.split(":") ?? [];
    const offer = await examine(target, [...own, ...weak]);
    expect(offer.protocols).toEqual(["TLSv1.2", "TLSv1.3"]);
    // Three of TLS 1.3, and of TLS 1.2 the three that a P-256 certificate can sign.
    expect(offer.cipherBits).toHaveLength(6);
    const { score, grade } = rate(offer);
    expect([Math.round(score) >= 96, grade]).toEqual([true, "A+"]);
  });

  it.each(surfaces)("$host keeps browsers on HTTPS for two years", async ({ host, internal }) => {
    const answer = await ask("https", gateway.port(internal), "/health", {
      ca: gateway.certificates.ca,
      host,
    });
    expect(answer.headers["strict-transport-security"]).toBe("max-age=63072000; includeSubDomains");
  });

  it("MDN's HTTP Observatory gives the frontend 120 or more", async () => {
    const { scan, tests } = await observe(hosts.frontend, gateway.certificates.ca, {
      [`${hosts.frontend}:80`]: gateway.port("http"),
      [`${hosts.frontend}:443`]: gateway.port("https"),
    });
    const failed = Object.entries(tests).filter(([, { pass }]) => !pass);
    expect(failed.map(([name, { result }]) => `${name}: ${result}`)).toEqual([]);
    expect(scan.score).toBeGreaterThanOrEqual(120);
    expect(scan.grade).toBe("A+");
  });
});
