import { judgeBucket, judgeStep } from "../../cli/verify/bucket.js";
import type { Verdict } from "../../cli/verify/check.js";
import { judgePlainApi, judgeRedirect, judgeStatus } from "../../cli/verify/gateway.js";
import { captureScript, judgeCapture, judgeGreeting, mailChecks } from "../../cli/verify/mail.js";
import { judgeName, nameChecks } from "../../cli/verify/names.js";
import { judgeLogin, logins, loginScript } from "../../cli/verify/passwords.js";
import { expectedServices, lookout, running } from "../../cli/verify/platform.js";
import { describeCheck, judgeHealth, judgeState } from "../../cli/verify/services.js";
import { judgeAccepted, judgeKey, judgeRefused } from "../../cli/verify/tokens.js";
import { signApiKey } from "../../components/credentials.js";
import { outputs, service } from "./samples.js";

const dev = { stack: "dev" };
const outcome = (code: number, stdout = "", stderr = "") => ({ code, stdout, stderr });

const expectVerdict = (verdict: Verdict | undefined, ok: boolean, seen: RegExp, mend = /^/): void => {
  expect(verdict).toMatchObject({
    ok,
    seen: expect.stringMatching(seen) as string,
    mend: expect.stringMatching(ok ? /^$/ : mend) as string,
  });
};

describe("a service", () => {
  const now = 10_000_000;

  it("is asked once it runs", () => {
    expect(judgeState(dev, service("rest"), now)).toBeUndefined();
  });

  it("does not run: its log comes first, then an up", () => {
    const exited = service("rest", { state: "exited", exitCode: 1 });
    const mend = /^npm run logs -- rest --stack dev, then npm run up -- --stack dev$/;
    expectVerdict(judgeState(dev, exited, now), false, /^does not run: exited, exit code 1$/, mend);
  });

  it("ends again and again when it was started again just now, and not when that is long ago", () => {
    const restarted = service("rest", { restarts: 3, startedAt: now - 5000 });
    expectVerdict(judgeState(dev, restarted, now), false, /again and again.*restarted 3 times/);
    expect(judgeState(dev, { ...restarted, startedAt: 0 }, now)).toBeUndefined();
    expectVerdict(judgeState(dev, service("rest", { state: "restarting" }), now), false, /again and again/);
  });

  it("is healthy when its own check says so, and else says what failed", () => {
    const asked = service("realtime", { restarts: 1 });
    expectVerdict(judgeHealth(dev, asked, outcome(0)), true, /:4000\/healthcheck; was restarted 1 times$/);
    const refused = outcome(22, "", "The requested URL returned error: 500\nmore");
    expectVerdict(judgeHealth(dev, asked, refused), false, /healthcheck fails: The requested.*500$/, /logs/);
  });

  it.each([
    [
      ["wget", "-q", "-O", "/dev/null", "http://localhost:3000/api/health"],
      "http://localhost:3000/api/health",
    ],
    [["sh", "-c", `wget -qO- http://localhost:5000/health | grep -q x`], "http://localhost:5000/health"],
    [["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /health HTTP/1.0'"], "/health"],
    [["postgrest", "--ready"], "postgrest --ready"],
    [["sh", "-c", "REDISCLI_AUTH=$(cat /run/p) redis-cli ping | grep -qx PONG"], "redis-cli ping"],
    [["sh", "-c", "PASSWORD=hidden redis-cli ping"], "redis-cli ping"],
  ])("%j is called by what it asks, never with a secret", (check, words) => {
    expect(describeCheck(check)).toBe(words);
  });

  it("is expected because the state says so", () => {
    const urn = (type: string, name: string) => ({
      type,
      urn: `urn:pulumi:dev::sobertube::${type}::${name}`,
    });
    const resources = [
      urn("platform:index:Service", "rest"),
      urn("docker:index/container:Container", "rest-container"),
      urn("platform:index:Service", "auth"),
    ];
    expect(expectedServices({ version: 3, deployment: { resources } })).toEqual(["auth", "rest"]);
  });
});

describe("looking from inside the network", () => {
  const platform = (...services: ReturnType<typeof service>[]) => ({
    ...dev,
    outputs,
    services,
    expected: [],
  });

  it("goes on from another container when the gateway is down", () => {
    const gateway = service("gateway", { state: "exited" });
    expect(lookout(platform(gateway, service("realtime"))).component).toBe("realtime");
    expect(() => lookout(platform(gateway))).toThrow(/gateway and realtime do not run/);
    expect(() => running(platform(gateway), "gateway")).toThrow("gateway does not run");
  });

  it("asks for every name that a service bears", () => {
    const services = [
      service("gateway", { aliases: ["nginx"] }),
      service("rest", { aliases: ["rest", "api"] }),
    ];
    expect(nameChecks(platform(...services)).map(({ name }) => name)).toEqual(["nginx", "rest", "api"]);
  });

  it("wants a name to lead to its own container", () => {
    const rest = service("rest");
    expectVerdict(judgeName(dev, rest, outcome(0, "172.16.0.2      rest")), true, /^172\.16\.0\.2$/);
    expectVerdict(judgeName(dev, rest, outcome(2)), false, /not known/, /--replace '\*\*rest-container'/);
    expectVerdict(judgeName(dev, rest, outcome(0, "10.0.0.9 rest")), false, /10\.0\.0\.9.*172\.16\.0\.2/);
  });
});

describe("the gateway's answer", () => {
  const answer = (status: number, location?: string) => ({ status, headers: { location }, body: "" });

  it.each([
    [200, 200, true, /^200$/],
    [401, 401, true, /^401$/],
    [200, 502, false, /502, not 200: the service behind it does not answer/],
    [200, 401, false, /401, not 200: the gateway has other keys/],
    [401, 200, false, /200, not 401: the gateway lets it through/],
    [403, 200, false, /200, not 403: the gateway lets it through/],
    [200, 404, false, /404, not 200: the gateway has another configuration/],
  ])("of a route that owes %i and gives %i", (expected, given, ok, seen) => {
    expectVerdict(judgeStatus(dev, expected, answer(given)), ok, seen, /above|gateway-delivery/);
  });

  it("leads to HTTPS with the same path", () => {
    const target = "https://sobertube.local/a?b";
    expectVerdict(judgeRedirect(dev, target, answer(308, target)), true, /^308 to https/);
    expectVerdict(
      judgeRedirect(dev, target, answer(308, "https://else.where/")),
      false,
      /else\.where.*not 308/,
    );
    expectVerdict(judgeRedirect(dev, target, answer(200)), false, /^200, not 308/);
  });

  it("is either of both where the API has no TLS", () => {
    const target = "https://api.sobertube.local:8000/auth/v1/health";
    expectVerdict(judgePlainApi(dev, target, answer(200)), true, /^200$/);
    expectVerdict(judgePlainApi(dev, target, answer(308, target)), true, /^308/);
    expectVerdict(judgePlainApi(dev, target, answer(308, "http://else.where")), false, /else/);
  });
});

describe("a login", () => {
  const refusedBy = {
    postgres: 'FATAL:  password authentication failed for user "postgres"',
    redis: "WRONGPASS invalid username-password pair\nNOAUTH Authentication required.",
  };

  it.each(["postgres", "redis"] as const)("to %s is judged by who was let in", (name) => {
    const login = logins[name];
    const welcome = outcome(0, name === "postgres" ? "1" : "PONG");
    const refusal = outcome(name === "postgres" ? 2 : 0, "", refusedBy[name]);
    expectVerdict(judgeLogin(dev, login, true, welcome), true, /^let in$/);
    expectVerdict(judgeLogin(dev, login, false, refusal), true, /^refused$/);
    expectVerdict(judgeLogin(dev, login, true, refusal), false, /another password/, /--replace/);
    expectVerdict(judgeLogin(dev, login, false, welcome), false, /whoever reaches/);
    const down = outcome(1, "", "Connection refused");
    expectVerdict(
      judgeLogin(dev, login, false, down),
      false,
      /could not be asked: Connection refused/,
      /logs/,
    );
  });

  it("has its password in the environment, safe from the shell", () => {
    expect(loginScript(logins.redis, "a'b $c")).toBe(
      "export REDISCLI_AUTH='a'\\''b $c'\nredis-cli -h redis ping </dev/null\n",
    );
    expect(loginScript(logins.postgres, undefined)).toMatch(/^unset PGPASSWORD\n/);
  });
});

describe("a token", () => {
  it("of another secret in a service is called by its name", () => {
    const seen = /rest does not accept this stack's tokens; its JWT secret is another one/;
    for (const status of [400, 401, 403]) {
      expectVerdict(judgeAccepted(dev, "rest", { status }), false, seen, /--replace '\*\*rest-container'/);
    }
  });

  it("is accepted, or could not be shown", () => {
    expectVerdict(judgeAccepted(dev, "rest", { status: 200 }), true, /200/);
    expectVerdict(judgeAccepted(dev, "realtime", { status: 101 }), true, /101/);
    expectVerdict(judgeAccepted(dev, "rest", { status: 503 }), false, /does not answer/, /rest above/);
    expectVerdict(judgeAccepted(dev, "edge-functions", { status: 404 }), true, /no function hello/);
    expectVerdict(judgeAccepted(dev, "rest", { status: 404 }), false, /404/);
  });

  it("of another secret has to be refused", () => {
    for (const status of [400, 401, 403]) expectVerdict(judgeRefused(dev, "auth", { status }), true, /./);
    expectVerdict(judgeRefused(dev, "auth", { status: 200 }), false, /accepts a token that another secret/);
    expectVerdict(judgeRefused(dev, "auth", { status: 502 }), false, /does not answer/);
  });

  it("that is an API key has the stack's secret and its own role", async () => {
    const key = await signApiKey("anon", "a secret of the stack");
    expectVerdict(await judgeKey(dev, key, "a secret of the stack", "anon"), true, /role anon/);
    expectVerdict(await judgeKey(dev, key, "another secret", "anon"), false, /signature/);
    expectVerdict(await judgeKey(dev, key, "a secret of the stack", "service_role"), false, /role is anon/);
    expectVerdict(await judgeKey(dev, "no.to.ken", "x", "anon"), false, /not valid/);
  });
});

describe("mail", () => {
  const auth = (host: string) =>
    service("auth", {
      environment: {
        GOTRUE_SMTP_HOST: host,
        GOTRUE_SMTP_PORT: "2500",
        GOTRUE_SMTP_ADMIN_EMAIL: "noreply@sobertube.local",
      },
    });
  const checksOf = (...services: ReturnType<typeof service>[]) =>
    mailChecks({ ...dev, outputs, services, expected: [] }).map(({ name }) => name);

  it("is handed in where the stack captures it, and greeted where another server sends it", () => {
    expect(checksOf(auth("inbucket"), service("inbucket"))).toEqual(["a mail by way of inbucket:2500"]);
    expect(checksOf(auth("smtp.example.org"))).toEqual(["mail server smtp.example.org:2500"]);
    expect(checksOf(service("rest"))).toEqual([]);
  });

  it("is judged by the step that failed", () => {
    const judge = (code: number, stdout = "") =>
      judgeCapture(dev, "inbucket", "verify 1", outcome(code, stdout, "why"));
    expectVerdict(judge(0, '[{"subject":"verify 1"}]'), true, /found/);
    expectVerdict(judge(0, "[]"), false, /does not show it/);
    expectVerdict(judge(11), false, /takes no mail: why/, /logs -- inbucket/);
    expectVerdict(judge(12), false, /does not show its mailboxes: why/);
    expectVerdict(judge(13), false, /does not remove a mail: why/);
  });

  it("goes to a mailbox of its own at the stack's domain", () => {
    const route = { host: "inbucket", port: "2500", from: "noreply@sobertube.local" };
    expect(captureScript(route, "verify 0a1b")).toContain("--mail-rcpt verify-0a1b@sobertube.local");
  });

  it("is greeted by its server, or says why not", () => {
    const said = "* Connected to smtp\n< 220 smtp.example.org ESMTP\r\n> EHLO x";
    expectVerdict(judgeGreeting(dev, outcome(0, said)), true, /^220 smtp\.example\.org ESMTP$/);
    const refused = outcome(7, "* connect to 10.0.0.1 port 25 failed: Connection refused\n* closing");
    expectVerdict(judgeGreeting(dev, refused), false, /Connection refused/, /mail\.smtp\.host/);
    expectVerdict(judgeGreeting(dev, outcome(28)), false, /nothing was said/);
  });
});

describe("the bucket", () => {
  it("is there, missing, or behind another password", () => {
    expectVerdict(judgeBucket(dev, "storage", outcome(0)), true, /there/);
    const missing = outcome(1, '{"error":{"message":"Bucket `storage` does not exist."}}');
    expectVerdict(judgeBucket(dev, "storage", missing), false, /bucket storage is missing/, /minio-prepare/);
    const refused = outcome(1, '{"error":{"cause":{"error":{"Code":"SignatureDoesNotMatch"}}}}');
    expectVerdict(judgeBucket(dev, "storage", refused), false, /MinIO refuses/, /minio-container/);
    const down = outcome(1, "", "dial tcp: connection refused");
    expectVerdict(judgeBucket(dev, "storage", down), false, /could not be asked: dial/, /logs -- minio/);
  });

  it("is used by storage, which says why it does not", () => {
    const verdict = judgeStep(dev, "takes no file", { status: 500, body: '{"error":"x"}' });
    expectVerdict(verdict, false, /storage takes no file: 500 \{"error":"x"\}/, /logs -- storage/);
  });
});
