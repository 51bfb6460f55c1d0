import { connect as connectHttp2 } from "node:http2";
import { connect, type SecureVersion } from "node:tls";
import { exec, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { hosts } = prodModel;

describe("a protocol that is on by setting", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("protocols");
    gateway = await TestGateway.start(sandbox);
  });
  afterAll(() => sandbox.remove());

  const deliver = async (model: Parameters<TestGateway["generation"]>[1]): Promise<void> => {
    await gateway.serve(gateway.generation("page", model));
  };

  /** The version that a client which speaks one alone gets, or the alert. */
  const handshake = (version: SecureVersion): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(
        {
          ...{ host: "127.0.0.1", port: gateway.port("https"), servername: hosts.frontend },
          ...{ ca: gateway.certificates.ca, minVersion: version, maxVersion: version },
        },
        () => {
          resolve(socket.getProtocol() ?? "");
          socket.destroy();
        },
      );
      socket.on("error", (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? error.message);
      });
    });

  /** A request from inside the container, as HTTP/3 travels over UDP. */
  const http3 = (host: string, port: number, path: string) => {
    const script = [
      `cat >/tmp/ca.crt && curl -sS --max-time 5 --http3-only --cacert /tmp/ca.crt -D - -o /dev/null`,
      `--resolve ${host}:${String(port)}:127.0.0.1 https://${host}:${String(port)}${path}`,
    ].join(" ");
    return exec("docker", ["exec", "-i", gateway.container, "sh", "-c", script], {
      input: gateway.certificates.ca,
    });
  };

  it("TLS 1.2 is spoken by the intermediate profile and not by the modern one", async () => {
    await deliver({ tls: "intermediate" });
    expect([await handshake("TLSv1.2"), await handshake("TLSv1.3")]).toEqual(["TLSv1.2", "TLSv1.3"]);
    await deliver({ tls: "modern" });
    await until("the modern profile alone", async () =>
      (await handshake("TLSv1.2")) === "TLSv1.2" ? undefined : true,
    );
    expect(await handshake("TLSv1.2")).toMatch(/PROTOCOL_VERSION/);
    expect(await handshake("TLSv1.3")).toBe("TLSv1.3");
  });

  it("HTTP/3 is answered on both HTTPS ports and announced where it is on, and not where it is off", async () => {
    await deliver({ http3: "off" });
    expect(http3(hosts.frontend, 443, "/health").code).not.toBe(0);
    await deliver({ http3: "on" });
    for (const [host, port] of [
      [hosts.frontend, 443],
      [hosts.api, 8000],
      [hosts.auth, 443],
    ] as const) {
      const { code, stdout } = await until("HTTP/3", () => {
        const outcome = http3(host, port, "/health");
        return outcome.code === 0 ? outcome : undefined;
      });
      expect([code, stdout.split("\r\n")[0]]).toEqual([0, expect.stringMatching(/^HTTP\/3 (200|401)/)]);
    }
    const session = connectHttp2(`https://127.0.0.1:${String(gateway.port("https"))}`, {
      ...{ ca: gateway.certificates.ca, servername: hosts.frontend },
    });
    const stream = session.request({ ":path": "/", ":authority": hosts.frontend });
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once("response", resolve));
    expect(headers["alt-svc"]).toBe('h3=":443"; ma=86400');
    session.destroy();
  });
});
