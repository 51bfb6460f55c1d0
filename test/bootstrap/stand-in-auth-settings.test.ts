import { glob } from "../../bootstrap/images/stand-in/auth/glob.js";
import { actionLink, isAllowed } from "../../bootstrap/images/stand-in/auth/links.js";
import { readSettings, type Settings } from "../../bootstrap/images/stand-in/auth/settings.js";
import { goDuration } from "../../bootstrap/images/stand-in/auth/values.js";

const good = {
  GOTRUE_DB_DRIVER: "postgres",
  DATABASE_URL: "postgres://supabase_auth_admin:pw@db:5432/postgres",
  GOTRUE_JWT_SECRET: "a-secret-of-at-least-thirty-two-characters",
  API_EXTERNAL_URL: "https://example.com/auth/v1",
  GOTRUE_SITE_URL: "https://example.com",
};
const smtp = { GOTRUE_SMTP_HOST: "mail", GOTRUE_SMTP_ADMIN_EMAIL: "a@example.com" };

test("defaults are GoTrue's", () => {
  expect(readSettings(good)).toMatchObject({
    server: { port: 8081 },
    jwt: { expiry: 3600, audience: "", defaultRole: "", adminRoles: ["service_role", "supabase_admin"] },
    signups: { disabled: false, email: true, anonymous: false, autoconfirm: false, passwordLength: 6 },
    mail: { server: undefined, maxFrequency: 60_000, otpExpiry: 86_400, paths: { signup: "/verify" } },
    metrics: undefined,
  });
});

test("mail, providers and metrics are read where they are switched on", () => {
  const settings = readSettings({
    ...good,
    ...smtp,
    GOTRUE_SMTP_PORT: "2500",
    GOTRUE_SMTP_USER: "",
    GOTRUE_SMTP_MAX_FREQUENCY: "1s",
    GOTRUE_EXTERNAL_GOOGLE_ENABLED: "true",
    GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: "id",
    GOTRUE_EXTERNAL_GOOGLE_SECRET: "hush",
    GOTRUE_EXTERNAL_GOOGLE_REDIRECT_URI: "https://example.com/auth/v1/callback",
    GOTRUE_EXTERNAL_GITHUB_ENABLED: "false",
    GOTRUE_METRICS_ENABLED: "true",
    GOTRUE_METRICS_EXPORTER: "prometheus",
  }) as Settings;
  expect(settings.mail.server).toMatchObject({ host: "mail", port: 2500, login: undefined });
  expect(settings.mail.maxFrequency).toBe(1000);
  expect([...settings.providers.keys()]).toEqual(["google"]);
  expect(settings.metrics).toEqual({ host: "0.0.0.0", port: 9100 });
});

test.each<[values: Record<string, string>, problem: string]>([
  [{ GOTRUE_DB_DRIVER: "mysql" }, 'GOTRUE_DB_DRIVER is "mysql", expected postgres'],
  [{ DATABASE_URL: "postgres://:secretpw@db/postgres" }, "DATABASE_URL is not of the form"],
  [{ GOTRUE_DB_DATABASE_URL: "secretpw" }, "GOTRUE_DB_DATABASE_URL is not of the form"],
  [{ GOTRUE_SITE_URL: "example.com" }, 'GOTRUE_SITE_URL is "example.com", expected an absolute URL'],
  [{ GOTRUE_API_PORT: "0" }, "GOTRUE_API_PORT is"],
  [{ GOTRUE_DISABLE_SIGNUP: "no" }, 'GOTRUE_DISABLE_SIGNUP is "no", expected true or false'],
  [{ GOTRUE_SMTP_MAX_FREQUENCY: "60" }, 'GOTRUE_SMTP_MAX_FREQUENCY is "60", expected a duration'],
  [{ GOTRUE_SMTP_HOST: "mail" }, "GOTRUE_SMTP_ADMIN_EMAIL is"],
  [{ ...smtp, GOTRUE_SMTP_USER: "me" }, "GOTRUE_SMTP_PASS is missing"],
  [{ GOTRUE_MAILER_URLPATHS_INVITE: "verify" }, "GOTRUE_MAILER_URLPATHS_INVITE is"],
  [{ GOTRUE_URI_ALLOW_LIST: "https://{a.test" }, "GOTRUE_URI_ALLOW_LIST holds"],
  [{ GOTRUE_METRICS_ENABLED: "true" }, "GOTRUE_METRICS_EXPORTER is"],
  [
    {
      GOTRUE_EXTERNAL_GITHUB_ENABLED: "true",
      GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "id",
      GOTRUE_EXTERNAL_GITHUB_REDIRECT_URI: "https://example.com/callback",
    },
    "GOTRUE_EXTERNAL_GITHUB_SECRET is missing: the provider github is enabled",
  ],
])("%j is refused", (values, problem) => {
  const problems = readSettings({ ...good, ...values });
  expect(problems).toEqual([expect.stringContaining(problem)]);
  expect(JSON.stringify(problems)).not.toContain("secretpw");
});

test("nothing at all is five mistakes", () => {
  expect(readSettings({})).toHaveLength(5);
});

test.each([
  ["1s", 1000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["100ms", 100],
  ["0", 0],
  ["60", undefined],
  ["1 s", undefined],
  ["-1s", undefined],
])("the duration %s is %j ms", (text, milliseconds) => {
  expect(goDuration(text)).toBe(milliseconds);
});

test.each([
  ["https://*.a.test/**", "https://x.a.test/deep/down", true],
  ["https://*.a.test/**", "https://x.y.a.test/", false],
  ["https://a.test/*", "https://a.test/one", true],
  ["https://a.test/*", "https://a.test/one/two", false],
  ["https://a.test", "https://aXtest", false],
  ["https://{a,b}.test/[!0-9]?", "https://b.test/xy", true],
  ["https://{a,b}.test/[!0-9]?", "https://b.test/1y", false],
])("%s against %s: %s", (pattern, text, expected) => {
  expect(glob(pattern)?.test(text)).toBe(expected);
});

const places = {
  siteUrl: "https://example.com",
  allowed: [/^https:\/\/app\.test\/.*$/, /^myapp:\/\/.*$/, /^https?:\/\/10.*$/],
};

test.each([
  ["https://example.com/anywhere?x=1#y", true],
  ["http://example.com/", false],
  ["https://example.com:8443/", false],
  ["https://example.com.evil.test/", false],
  ["https://example.com@evil.test/", false],
  ["https://app.test/x#https://evil.test", true],
  ["myapp://login", true],
  ["http://10.0.0.1/", false],
  ["http://127.0.0.1:3000/", true],
  ["/relative", false],
  ["", false],
])("a redirect to %s: %s", (target, expected) => {
  expect(isAllowed(target, places)).toBe(expected);
});

test("a link's path replaces the base's, and an address of its own replaces all", () => {
  const rest = { token: "t", type: "signup", target: "https://example.com/?a=1&b=2" };
  const query = "token=t&type=signup&redirect_to=https%3A%2F%2Fexample.com%2F%3Fa%3D1%26b%3D2";
  expect(actionLink("https://a.test/auth/v1", "/auth/v1/verify", rest)).toBe(
    `https://a.test/auth/v1/verify?${query}`,
  );
  expect(actionLink("https://a.test", "https://b.test/v", rest)).toBe(`https://b.test/v?${query}`);
});
