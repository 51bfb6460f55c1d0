import { connect } from "node:tls";
import { docker, Sandbox, until } from "../support/containers.js";
import { ask } from "../support/client.js";
import { prodModel } from "../support/nginx.js";
import { sendRaw } from "../support/raw.js";
import { startEcho } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { keys, hosts } = prodModel;

/** The second request of each, which nobody but its sender may see as one. */
const smuggled = `GET /rest/v1/smuggled HTTP/1.1\r\nHost: ${hosts.api}\r\napikey: ${keys.anon}\r\n\r\n`;
const post = `POST /rest/v1/outer HTTP/1.1\r\nHost: ${hosts.api}\r\napikey: ${keys.anon}\r\n`;
const hex = smuggled.length.toString(16);

describe("a request whose end can be read in two ways", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  let echo: string;

  beforeAll(async () => {
    sandbox = new Sandbox("smuggling");
    gateway = await TestGateway.start(sandbox);
    echo = startEcho(sandbox, "echo");
    await gateway.serve(gateway.generation("page"));
    const target = { ca: gateway.certificates.ca, host: hosts.api, headers: { apikey: keys.anon } };
    await until("the service", async () =>
      (await ask("https", gateway.port("api"), "/rest/v1/", target)).status === 200 ? true : undefined,
    );
  });
  afterAll(() => sandbox.remove());

  /** The paths that the service was asked for since it started. */
  const asked = (): string => docker(["exec", echo, "cat", "/tmp/asked"]);

  it.each([
    [
      "a length and chunks",
      `${post}Content-Length: ${String(smuggled.length)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      "chunks and a length",
      `${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      "two lengths",
      `${post}Content-Length: 0\r\nContent-Length: ${String(smuggled.length)}\r\n\r\n${smuggled}`,
    ],
    ["a length that is no number", `${post}Content-Length: +0\r\n\r\n${smuggled}`],
    ["a coding that is none", `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    [
      "two codings",
      `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      "a coding with a space before its colon",
      `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ["a folded coding", `${post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    [
      "a chunk's size that ends in a bare line feed",
      `${post}Transfer-Encoding: chunked\r\n\r\n${hex}\n${smuggled}\r\n0\r\n\r\n`,
    ],
    ["a chunk's size with a sign", `${post}Transfer-Encoding: chunked\r\n\r\n-1\r\n${smuggled}`],
    [
      "chunks in HTTP/1.0",
      `${post.replace("HTTP/1.1", "HTTP/1.0")}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
  ])(
    "by %s is refused, its connection closed, and nothing after it reaches the service",
    async (_, bytes) => {
      const answer = await sendRaw(gateway.port("api"), bytes, gateway.certificates.ca, hosts.api);
      expect(answer).toMatch(/^HTTP\/1\.[01] (400|501) /);
      expect(answer.match(/^HTTP\/1\./gm)).toHaveLength(1);
      expect(asked()).not.toContain("smuggled");
    },
  );

  it("is told from one that is plain, which does reach it", async () => {
    const bytes = `${post}Content-Length: 0\r\n\r\n${smuggled.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")}`;
    const answer = await sendRaw(gateway.port("api"), bytes, gateway.certificates.ca, hosts.api);
    expect(answer.match(/^HTTP\/1\.1 200/gm)).toHaveLength(2);
    expect(asked()).toContain("/smuggled");
  });
});

describe("a client that sends its request a byte at a time", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("slow");
    gateway = await TestGateway.start(sandbox);
    await gateway.serve(gateway.generation("page"));
  });
  afterAll(() => sandbox.remove());

  it("is left after ten seconds, and others are answered meanwhile", async () => {
    const { ca } = gateway.certificates;
    const socket = connect({ host: "127.0.0.1", port: gateway.port("api"), ca, servername: hosts.api });
    const closed = new Promise<number>((resolve) => {
      const started = Date.now();
      socket.on("close", () => {
        resolve(Date.now() - started);
      });
    });
    socket.on("error", () => undefined);
    socket.resume();
    socket.write("GET /health HTTP/1.1\r\nHost: ");
    const drip = setInterval(() => socket.write("a"), 500);
    const other = await ask("https", gateway.port("api"), "/health", { ca, host: hosts.api });
    expect(other.status).toBe(200);
    const time = await closed;
    clearInterval(drip);
    expect(time).toBeGreaterThan(9_000);
    expect(time).toBeLessThan(30_000);
  });
});
