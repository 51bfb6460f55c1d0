import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusOf } from "../../bootstrap/images/stand-in/rest/errors.js";
import { readSettings } from "../../bootstrap/images/stand-in/rest/settings.js";

const good = { PGRST_DB_URI: "postgres://authenticator:pw@db:5432/postgres" };

test("defaults", () => {
  expect(readSettings(good)).toEqual({
    databaseUri: good.PGRST_DB_URI,
    schemas: ["public"],
    extraSearchPath: ["public"],
    anonRole: undefined,
    jwtSecret: undefined,
    maxRows: undefined,
    poolSize: 10,
    server: { host: "0.0.0.0", port: 3000 },
    admin: undefined,
    appSettings: {},
  });
});

test("everything set", () => {
  const settings = readSettings({
    ...good,
    PGRST_DB_SCHEMAS: "public, graphql_public",
    PGRST_DB_ANON_ROLE: "anon",
    PGRST_JWT_SECRET: "x".repeat(32),
    PGRST_DB_MAX_ROWS: "1000",
    PGRST_DB_POOL: "3",
    PGRST_SERVER_HOST: "127.0.0.1",
    PGRST_ADMIN_SERVER_PORT: "3001",
    PGRST_ADMIN_SERVER_HOST: "*",
    PGRST_DB_USE_LEGACY_GUCS: "false",
    PGRST_APP_SETTINGS_JWT_EXP: "3600",
  });
  expect(settings).toMatchObject({
    schemas: ["public", "graphql_public"],
    maxRows: 1000,
    poolSize: 3,
    server: { host: "127.0.0.1", port: 3000 },
    admin: { host: "::", port: 3001 },
    appSettings: { "app.settings.jwt_exp": "3600" },
  });
});

test("the admin server listens where the server does unless it is told", () => {
  const settings = readSettings({ ...good, PGRST_SERVER_HOST: "10.0.0.2", PGRST_ADMIN_SERVER_PORT: "3001" });
  expect(settings).toMatchObject({ admin: { host: "10.0.0.2", port: 3001 } });
});

test.each<[values: Record<string, string>, problem: string]>([
  [{ PGRST_DB_URI: "" }, "PGRST_DB_URI is missing"],
  [{ PGRST_DB_URI: "mysql://u:secretpw@h/d" }, "PGRST_DB_URI is not of the form"],
  [{ PGRST_DB_URI: "postgres://h/d" }, "PGRST_DB_URI names no role"],
  [{ PGRST_DB_URI: "@/nowhere" }, "PGRST_DB_URI names a file that cannot be read"],
  [{ PGRST_JWT_SECRET: "short" }, "PGRST_JWT_SECRET has 5 characters"],
  [{ PGRST_JWT_SECRET: '{"keys":' }, "PGRST_JWT_SECRET begins like a JWK"],
  [{ PGRST_DB_POOL: "0" }, 'PGRST_DB_POOL is "0", expected a whole number from 1 to 1000'],
  [{ PGRST_ADMIN_SERVER_PORT: "70000" }, "PGRST_ADMIN_SERVER_PORT is"],
  [{ PGRST_DB_USE_LEGACY_GUCS: "maybe" }, "PGRST_DB_USE_LEGACY_GUCS is"],
])("%j is refused", (values, problem) => {
  const problems = readSettings({ ...good, ...values });
  expect(problems).toEqual([expect.stringContaining(problem)]);
  expect(JSON.stringify(problems)).not.toContain("secretpw");
});

test("all mistakes are told at once", () => {
  expect(readSettings({ PGRST_JWT_SECRET: "short", PGRST_SERVER_PORT: "x" })).toHaveLength(3);
});

test("secrets come from files", () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  try {
    writeFileSync(join(folder, "uri"), `${good.PGRST_DB_URI}\n`);
    writeFileSync(join(folder, "jwt"), `${"y".repeat(40)}\n`);
    const settings = readSettings({
      PGRST_DB_URI: `@${join(folder, "uri")}`,
      PGRST_JWT_SECRET: `@${join(folder, "jwt")}`,
    });
    expect(settings).toMatchObject({ databaseUri: good.PGRST_DB_URI, jwtSecret: "y".repeat(40) });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["42501", true, 403],
  ["42501", false, 401],
  ["42P01", true, 404],
  ["23505", true, 409],
  ["23503", true, 409],
  ["22P02", true, 400],
  ["P0001", true, 400],
  ["P0002", true, 500],
  ["PT402", true, 402],
  ["57014", true, 500],
  ["08006", true, 503],
])("SQLSTATE %s (authenticated: %s) answers %i", (sqlstate, authenticated, status) => {
  expect(statusOf(sqlstate, authenticated)).toBe(status);
});
