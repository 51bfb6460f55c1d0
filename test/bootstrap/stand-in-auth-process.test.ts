import { localImage } from "../../bootstrap/images/catalog.js";
import { docker, exec, until } from "../support/containers.js";
import { api, AuthStack, keys, linkAndCode, logs } from "./stand-in-auth-harness.js";

const stack = new AuthStack("process");
let container: string;
// Gives up after half a minute, during which the other tests run.
let locked: string;

beforeAll(async () => {
  container = await stack.start({
    GOTRUE_DISABLE_SIGNUP: "true",
    GOTRUE_SMTP_MAX_FREQUENCY: "1h",
    GOTRUE_MAILER_EXTERNAL_HOSTS: "other.test:8443",
    GOTRUE_EXTERNAL_GITLAB_ENABLED: "true",
    GOTRUE_EXTERNAL_GITLAB_CLIENT_ID: "client",
    GOTRUE_EXTERNAL_GITLAB_SECRET: "hush",
    GOTRUE_EXTERNAL_GITLAB_REDIRECT_URI: `${api}/auth/v1/callback`,
    GOTRUE_METRICS_ENABLED: "true",
    GOTRUE_METRICS_EXPORTER: "prometheus",
  });
  const { DATABASE_URL = "" } = stack.environment("wrong-pw");
  locked = stack.run("locked", { DATABASE_URL });
});
afterAll(() => stack.remove());

const ask = (path: string, init?: RequestInit) => stack.fetch(`${api}/auth/v1${path}`, init);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, { method: "POST", body: JSON.stringify(body), headers });
const health = (name: string) =>
  exec("docker", ["exec", name, "wget", "-q", "--spider", "http://localhost:9999/health"]).code;

test("its own health check finds it, and it says what it is", async () => {
  expect(health(container)).toBe(0);
  expect(await (await ask("/health")).json()).toEqual({
    version: "v2.196.0",
    name: "GoTrue",
    description: "GoTrue is a user registration and authentication API",
  });
  expect(logs(container).stderr.match(/stand-in for GoTrue/g)).toHaveLength(1);
  expect(await (await ask("/.well-known/jwks.json")).json()).toEqual({ keys: [] });
  expect(await (await ask("/settings")).json()).toMatchObject({
    external: { email: true, gitlab: true, google: false },
    disable_signup: true,
  });
});

test("errors have the shape that the client's version asks for", async () => {
  const body = { email: "a@example.com", password: "long enough" };
  const message = "Signups not allowed for this instance";
  const old = await post("/signup", body);
  expect([old.status, await old.json()]).toEqual([
    422,
    { code: 422, error_code: "signup_disabled", msg: message },
  ]);
  const now = await post("/signup", body, { "X-Supabase-Api-Version": "2024-01-01" });
  expect(await now.json()).toEqual({ code: "signup_disabled", message });
  expect(now.headers.get("x-supabase-api-version")).toBe("2024-01-01");
  expect(await (await ask("/token?grant_type=password", { method: "POST", body: "{" })).json()).toMatchObject(
    {
      error_code: "bad_json",
    },
  );
});

test("a user is sent to an enabled provider, and to no other", async () => {
  const answer = await ask("/authorize?provider=gitlab&scopes=api");
  const target = new URL(answer.headers.get("location") ?? "");
  expect([answer.status, target.origin + target.pathname]).toEqual([
    302,
    "https://gitlab.com/oauth/authorize",
  ]);
  expect(Object.fromEntries(target.searchParams)).toEqual({
    client_id: "client",
    redirect_uri: `${api}/auth/v1/callback`,
    response_type: "code",
    scope: "read_user api",
    state: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
  expect((await ask("/authorize?provider=google")).status).toBe(400);
});

test("one user gets mails of a kind no faster than allowed; links lead where the request came from", async () => {
  const email = "ann@example.com";
  await stack.client(keys.service).admin.createUser({ email, email_confirm: true });
  const elsewhere = { "X-Forwarded-Host": "other.test:8443" };
  expect((await post("/recover", { email }, elsewhere)).status).toBe(200);
  const { link } = linkAndCode(await stack.sink.next(email));
  expect(link).toMatch("https://other.test:8443/auth/v1/verify?token=");
  expect((await stack.client().resetPasswordForEmail(email)).error).toMatchObject({
    status: 429,
    code: "over_email_send_rate_limit",
  });
});

test("SQL knows the request's claims, and users' rows are nobody else's business", () => {
  const claims = JSON.stringify({
    sub: "11111111-1111-1111-1111-111111111111",
    email: "a@b",
    role: "authenticated",
  });
  const asUser = `begin; set local role authenticated; set local request.jwt.claims = '${claims}';`;
  expect(stack.psql(`${asUser} select auth.uid(), auth.email(), auth.role(), auth.jwt() ->> 'email';`)).toBe(
    "11111111-1111-1111-1111-111111111111|a@b|authenticated|a@b",
  );
  expect(stack.psql("begin; set local role anon; select auth.uid() is null;")).toBe("t");
  expect(() => stack.psql(`${asUser} select * from auth.users;`)).toThrow("permission denied");
  const open = "select count(*) from pg_tables where schemaname = 'auth' and not rowsecurity;";
  expect(stack.psql(open)).toBe("0");
});

test("metrics have GoTrue's names", async () => {
  await post("/token?grant_type=password", { email: "x@example.com", password: "y" });
  const response = await fetch(`http://127.0.0.1:${stack.port(container, 9100)}/metrics`);
  const text = await response.text();
  expect(text).toMatch(/^gotrue_running 1$/m);
  expect(text).toMatch(/^http_status_codes_total\{code="400",http_route="\/token"\} [1-9]/m);
  expect(text).toMatch(
    /^http_server_request_duration_seconds_count\{http_request_method="POST",http_response_status_code="400",http_route="\/token"\} [1-9]/m,
  );
  expect(text).toMatch(/^global_auth_email_send_operations_total [1-9]/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
});

test("every mistake is told at once, no secret among them, and it does not start", () => {
  const env = [
    "API_EXTERNAL_URL=nowhere",
    "DATABASE_URL=mysql://u:secretpw@h/d",
    "GOTRUE_SMTP_MAX_FREQUENCY=1",
  ];
  const flags = env.flatMap((variable) => ["--env", variable]);
  const { code, stderr } = exec("docker", [
    "run",
    "--rm",
    "--read-only",
    ...flags,
    localImage("auth"),
    "gotrue",
  ]);
  expect(code).toBe(1);
  for (const name of ["GOTRUE_DB_DRIVER", "GOTRUE_JWT_SECRET", "GOTRUE_SITE_URL"]) {
    expect(stderr).toMatch(`ERROR: ${name} is missing`);
  }
  for (const variable of env) expect(stderr).toMatch(`ERROR: ${variable.split("=")[0] ?? ""} is`);
  expect(stderr).not.toContain("secretpw");
});

test("with a wrong password it is not healthy, and gives up", async () => {
  expect(health(locked)).not.toBe(0);
  const state = () => docker(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", locked]);
  await until("the end", () => state() === "exited 1" || undefined, 40);
  expect(logs(locked).stderr).toMatch("no database within 30 s: password authentication failed");
  expect(logs(locked).stderr).not.toContain("wrong-pw");
});

test("it is unhealthy without its database, well again with it, and ends when told to", async () => {
  stack.turnDatabase("stop");
  expect(health(container)).not.toBe(0);
  await until("the answer", async () => (await ask("/health")).status === 503 || undefined);
  stack.turnDatabase("start");
  await until("health", () => health(container) === 0 || undefined);
  const started = Date.now();
  docker(["stop", container]);
  expect(Date.now() - started).toBeLessThan(3_000);
  expect(docker(["inspect", "-f", "{{.State.ExitCode}}", container])).toBe("0");
});
