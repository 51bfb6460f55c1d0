// A database and the stand-in for PostgREST on the real engine, on a network of their own.
import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { localImage } from "../../bootstrap/images/catalog.js";
import { schema } from "./stand-in-schema.js";

// Containers take their time on a busy machine.
jest.setTimeout(60_000);

export const secret = "a-secret-of-at-least-thirty-two-characters";
export const user = { sub: "11111111-1111-1111-1111-111111111111", role: "authenticated" };
export const hardened = [
  ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only", "--tmpfs", "/tmp"],
];
export const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
export const logged = (name: string) => spawnSync("docker", ["logs", name], { encoding: "utf8" }).stderr;
export const ready = (name: string) => spawnSync("docker", ["exec", name, "postgrest", "--ready"]).status;

const network = `platform-test-${process.pid}`;
const database = `${network}-postgres`;
export const rest = `${network}-rest`;
export const uri = `postgres://authenticator:authpw@${database}:5432/postgres`;

export function token(claims: Record<string, unknown>, key = secret): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

export async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(250)) if (condition()) return;
  throw new Error(`not within 30 s: ${what}`);
}

export function runRest(name: string, environment: Record<string, string>): void {
  const variables = {
    PGRST_DB_URI: uri,
    PGRST_JWT_SECRET: secret,
    PGRST_DB_ANON_ROLE: "anon",
    ...environment,
  };
  const env = Object.entries(variables).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const ports = ["--publish", "127.0.0.1::3000", "--publish", "127.0.0.1::3001"];
  docker(
    "run",
    "--detach",
    "--name",
    name,
    "--network",
    network,
    ...hardened,
    ...ports,
    ...env,
    localImage("rest"),
  );
}

export async function start(): Promise<void> {
  docker("network", "create", network);
  const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"].flatMap((name) => [
    "--cap-add",
    name,
  ]);
  docker(
    ...["run", "--detach", "--name", database, "--network", network, ...hardened, ...capabilities],
    ...["--tmpfs", "/run/postgresql", "--env", "POSTGRES_PASSWORD=superpw", localImage("postgres")],
    ...["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf", "-c", "log_min_messages=fatal"],
  );
  await until(
    "postgres",
    () => spawnSync("docker", ["exec", database, "pg_isready", "-h", "localhost"]).status === 0,
  );
  const psql = [
    "exec",
    "--interactive",
    "--user",
    "postgres",
    database,
    "psql",
    "--set",
    "ON_ERROR_STOP=1",
    "-q",
  ];
  execFileSync("docker", psql, { input: schema(user.sub) });
  runRest(rest, {
    PGRST_DB_SCHEMAS: "public,other",
    PGRST_DB_MAX_ROWS: "15",
    PGRST_ADMIN_SERVER_PORT: "3001",
    PGRST_APP_SETTINGS_JWT_EXP: "3600",
  });
  await until("rest", () => ready(rest) === 0);
}

export function remove(): void {
  const left = docker("ps", "--all", "--quiet", "--filter", `name=^${network}-`).split("\n").filter(Boolean);
  if (left.length > 0) docker("rm", "--force", "--volumes", ...left);
  if (docker("network", "ls", "--quiet", "--filter", `name=^${network}$`) !== "")
    docker("network", "rm", network);
}

/** Where a port of a container is to be reached. */
export const address = (name: string, port: number) => `http://${docker("port", name, String(port))}`;

let base: string | undefined;

/** One request to the stand-in, as JSON. */
export async function call(path: string, init: RequestInit & { as?: string } = {}) {
  base ??= address(rest, 3000);
  const { as, ...request } = init;
  const headers = new Headers(init.headers);
  if (as !== undefined) headers.set("Authorization", `Bearer ${as}`);
  if (init.body) headers.set("Content-Type", "application/json");
  const response = await fetch(base + path, { ...request, headers });
  const text = await response.text();
  const json: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
}
