import { Sandbox } from "../support/containers.js";
import { provideH2spec, runH2spec } from "../support/scanners/h2spec.js";
import { image, TestGateway } from "./gateway.js";

jest.setTimeout(400_000);

/** The same nginx with nothing of ours in it. */
const bare = `events {}
pid /tmp/pid;
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path /tmp/${kind};`).join(" ")}
  server {
    listen 8000 ssl;
    http2 on;
    ssl_certificate /tmp/api.crt;
    ssl_certificate_key /tmp/api.key;
    location / { return 200 "{}"; }
  }
}`;

describe("HTTP/2 at the gateway", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  let peer: string;

  beforeAll(async () => {
    sandbox = new Sandbox("http2");
    gateway = await TestGateway.start(sandbox);
    await gateway.serve(gateway.generation("page", { limits: "off" }));
    const { certificate = "", privateKey = "" } = gateway.certificates.leaves.api ?? {};
    peer = sandbox.start(
      image,
      {
        name: "bare",
        user: "101:101",
        tmpfs: { "/tmp": "rw" },
        envs: [`CONFIGURATION=${bare}`, `CERTIFICATE=${certificate}`, `KEY=${privateKey}`],
        entrypoints: ["sh", "-c"],
        command: [
          `cd /tmp; echo "$CERTIFICATE" >api.crt; echo "$KEY" >api.key; echo "$CONFIGURATION" >nginx.conf
           exec nginx -c /tmp/nginx.conf -g 'daemon off;'`,
        ],
      },
      [8000],
    );
  });
  afterAll(() => sandbox.remove());

  it("fails no case of h2spec that the same nginx passes without our configuration", async () => {
    const file = await provideH2spec();
    const [own, without] = await Promise.all([
      runH2spec(file, gateway.port("api"), "/health"),
      runH2spec(file, sandbox.port(peer, 8000), "/health"),
    ]);
    expect([own.cases, without.cases]).toEqual([145, 145]);
    expect(without.failed.length).toBeLessThan(40);
    expect(own.failed.filter((title) => !without.failed.includes(title))).toEqual([]);
  });
});
