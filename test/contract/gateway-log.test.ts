import { connect } from "node:net";
import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { exec, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { startService, TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const secret = "S3CRETS3CRET";
const { keys } = prodModel;

type Line = Readonly<Record<string, string | number>>;

let sandbox: Sandbox;
let gateway: TestGateway;

beforeAll(async () => {
  sandbox = new Sandbox("log");
  gateway = await TestGateway.start(sandbox);
  startService(sandbox, "rest");
  await gateway.serve(gateway.generation("page", { limits: "off" }));
  await until("the service", async () => ((await get("/rest/v1/")).status === 200 ? true : undefined));
});
afterAll(() => sandbox.remove());

const get = (path: string, options: RequestOptions = {}): Promise<Answer> =>
  ask("https", gateway.port("api"), path, {
    ca: gateway.certificates.ca,
    host: prodModel.hosts.api,
    ...options,
    headers: { apikey: keys.serviceRole, ...options.headers },
  });

/** The one line of the log for which something holds. */
const lineWhere = (what: string, fits: (line: string) => boolean): Promise<Line> =>
  until(`a line with ${what}`, () => {
    const found = gateway
      .logs()
      .split("\n")
      .filter((line) => line.startsWith("{") && fits(line));
    return found[0] === undefined ? undefined : (JSON.parse(found[0]) as Line);
  });

const lineOf = ({ headers }: Answer): Promise<Line> =>
  lineWhere("the answer's request id", (line) => line.includes(String(headers["x-request-id"])));

describe("a line of the access log", () => {
  it("says what was asked, who answered and how long each part took", async () => {
    const answer = await get("/rest/v1/drink?select=*&id=eq.1", {
      headers: { referer: "https://app.example.com/page?code=1", "user-agent": "test/1" },
    });
    expect(await lineOf(answer)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as string,
      request_id: answer.headers["x-request-id"],
      client: expect.stringMatching(/^[\d.]+$/) as string,
      method: "GET",
      host: prodModel.hosts.api,
      uri: "/rest/v1/drink?select=*&id=eq.1",
      protocol: "HTTP/1.1",
      route: "rest_v1",
      status: 200,
      bytes: answer.body.length,
      request_bytes: expect.any(Number) as number,
      request_time: expect.any(Number) as number,
      upstream: expect.stringMatching(/^[\d.]+:3000$/) as string,
      upstream_status: "200",
      upstream_connect_time: expect.stringMatching(/^\d+\.\d{3}$/) as string,
      upstream_header_time: expect.stringMatching(/^\d+\.\d{3}$/) as string,
      upstream_response_time: expect.stringMatching(/^\d+\.\d{3}$/) as string,
      tls: "TLSv1.3",
      curve: expect.stringMatching(/^(X25519|prime256v1)/) as string,
      limit: "",
      referer: "https://app.example.com",
      user_agent: "test/1",
    });
  });

  it("has the route of a request that the gateway refused itself, and no upstream", async () => {
    const answer = await get("/rest/v1/drink", { headers: { apikey: "unknown" } });
    expect(await lineOf(answer)).toMatchObject({ route: "rest_v1", status: 401, upstream: "" });
  });

  it("holds no secret of the query, the path, the headers or the page that the request came from", async () => {
    const parameters = [
      ...["apikey", "token", "access_token", "refresh_token", "token_hash", "code", "password"],
      ...["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "%74oken"],
    ];
    const query = parameters.map((name) => `${name}=${secret}`).join("&");
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`;
    const answer = await get(`/rest/v1/${jwt}?select=*&${query}`, {
      headers: {
        authorization: `Bearer ${jwt}`,
        cookie: `session=${secret}`,
        referer: `https://app.example.com/${secret}?code=${secret}`,
      },
    });
    const { uri } = await lineOf(answer);
    const masked = parameters.map((name) => `${name}=***`).join("&");
    expect(uri).toBe(`/rest/v1/***?select=*&${masked}`);
    expect(gateway.logs()).not.toContain(secret);
  });

  it("is JSON, plain and of bounded length, whatever bytes were sent", async () => {
    const port = gateway.port("apiHttp");
    const hostile = Buffer.concat([
      Buffer.from('GET /rest/v1/"\\'),
      Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xf0, 0x9f]),
      Buffer.from(
        `{}?hostile=%00"'\\ HTTP/1.1\r\nHost: ${prodModel.hosts.api}\r\nConnection: close\r\nUser-Agent: "`,
      ),
      Buffer.from([0x01, 0x1b, 0x7f, 0xff, 0xed, 0xa0, 0x80]),
      Buffer.from(`${'"\\'.repeat(3000)}\r\nReferer: "\r\n\r\n`),
    ]);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.end(hostile));
      socket
        .on("error", reject)
        .on("close", () => resolve())
        .resume();
    });
    const line = await lineWhere("the hostile bytes", (text) => text.includes("?hostile="));
    expect(line.uri).toMatch(/^\/rest\/v1\/%22%5C[ -~]+\?hostile=%00%22'%5C$/);
    expect(line.user_agent).toMatch(/^\?+\.\.\.$/);
    expect(line.user_agent).toHaveLength(255);
    expect(line.referer).toBe("");
  });

  it("is there for a request whose first line cannot be read", async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(gateway.port("apiHttp"), "127.0.0.1", () =>
        socket.end("\x16\x03\x01 nonsense\r\n\r\n"),
      );
      socket
        .on("error", reject)
        .on("close", () => resolve())
        .resume();
    });
    await expect(lineWhere("no protocol", (text) => text.includes('"protocol":""'))).resolves.toMatchObject({
      status: 400,
      uri: "",
      route: "",
    });
  });
});

describe("nginx's error log", () => {
  const failing = `/auth/v1/verify?token=${secret}`;

  it("says nothing of a request that failed, as it would write its keys and tokens down", async () => {
    const answer = await get(failing);
    expect([502, 503, 504]).toContain(answer.status);
    expect(await lineOf(answer)).toMatchObject({ uri: "/auth/v1/verify?token=***", status: answer.status });
    expect(gateway.logs()).not.toContain(secret);
  });

  it("would, with a lower level", async () => {
    const { id, files } = gateway.generation("page", { limits: "off" });
    const other = "0".repeat(16);
    const lower = files["nginx.conf"]
      ?.replaceAll(id, other)
      .replace("error_log /dev/stderr alert;", "error_log /dev/stderr error;");
    const outcome = await gateway.deliver({ id: other, files: { ...files, "nginx.conf": lower ?? "" } });
    expect(outcome).toMatchObject({ code: 0 });
    await get(failing);
    await until("the message", () => gateway.logs().includes(secret) || undefined);
  });
});

it("lines of four workers do not run into one another", async () => {
  const { id, files } = gateway.generation("four", { limits: "off" });
  const four = files["nginx.conf"]?.replace("worker_processes auto;", "worker_processes 4;") ?? "";
  await expect(gateway.deliver({ id, files: { ...files, "nginx.conf": four } })).resolves.toMatchObject({
    code: 0,
  });
  const request = `curl -s -o /dev/null -H 'Host: ${prodModel.hosts.api}' 'http://127.0.0.1:8080/rest/v1/many?i=[1-1500]'`;
  gateway.inside(`for each in 1 2 3 4 5 6 7 8; do ${request} & done; wait`);
  const count = (pattern: string): number =>
    Number(exec("sh", ["-c", `docker logs ${gateway.container} 2>/dev/null | grep -Ec '${pattern}'`]).stdout);
  await until("all lines", () => count("/rest/v1/many") >= 12_000 || undefined);
  expect(count('^[{]"time":"[^{}]*"uri":"/rest/v1/many[^{}"]*"[^{}]*"user_agent":"[^{}"]*"[}]$')).toBe(
    12_000,
  );
});
