// A prepared database, a mail server and the stand-in for GoTrue, with supabase-js as the client.
import { createClient, type SupabaseClient, type WebSocketLikeConstructor } from "@supabase/supabase-js";
import { createHmac } from "node:crypto";
import { WebSocket } from "ws";
import { localImage } from "../../bootstrap/images/catalog.js";
import { prepareSql } from "../../components/postgres/prepare.js";
import type { Outcome } from "../../bootstrap/run.js";
import { docker, exec, Sandbox, until } from "../support/containers.js";
import { type CaughtMail, SmtpSink } from "../support/smtp-sink.js";

const passwords = {
  ...{ postgres: "owner-pw", supabaseAdmin: "admin-pw", authenticator: "rest-pw" },
  ...{ authAdmin: "auth/pw:@x", storageAdmin: "storage-pw", monitor: "monitor-pw" },
};
const secret = "a-secret-of-at-least-thirty-two-characters";
export const api = "http://api.test";
export const site = "https://site.test";

export function sign(claims: Record<string, unknown>, key = secret): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

export const keys = { anon: sign({ role: "anon" }), service: sign({ role: "service_role" }) };

export class AuthStack {
  readonly sink = new SmtpSink();
  private readonly sandbox: Sandbox;
  private base = "";
  private database = "";

  constructor(topic: string) {
    this.sandbox = new Sandbox(`auth-${topic}`);
  }

  /** Starts all of it; `more` are further variables of the stand-in. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<string> {
    this.database = this.startPostgres();
    const ready = ["exec", this.database, "pg_isready", "-h", "localhost", "-q"];
    await until("the database", () => (exec("docker", ready).code === 0 ? true : undefined));
    this.psql(prepareSql(passwords));
    const inspect = ["network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", this.sandbox.prefix];
    const host = docker(inspect);
    const port = await this.sink.listen(host);
    const mail = { GOTRUE_SMTP_HOST: host, GOTRUE_SMTP_PORT: String(port) };
    const container = this.run("auth", { ...mail, ...more });
    this.base = `http://127.0.0.1:${this.sandbox.port(container, 9999)}`;
    await until("auth", async () =>
      (await fetch(`${this.base}/health`, { signal: AbortSignal.timeout(3_000) })).ok ? true : undefined,
    );
    return container;
  }

  /** Starts a stand-in as the platform does. @returns its id */
  run(name: string, variables: Readonly<Record<string, string>>): string {
    const limits = { memory: 256, readOnly: true, tmpfs: { "/tmp": "" }, user: "1000:1000" };
    const hardening = { capabilities: { adds: [], drops: ["ALL"] }, securityOpts: ["no-new-privileges"] };
    const envs = Object.entries({ ...this.environment(), ...variables }).map(
      ([key, value]) => `${key}=${value}`,
    );
    const entrypoints = ["/bin/sh", "-c", 'exec "$@"', "--"];
    const inputs = { name, envs, entrypoints, command: ["auth"], ...limits, ...hardening };
    return this.sandbox.start(localImage("auth"), inputs, [9999, 9100]);
  }

  private startPostgres(): string {
    const adds = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];
    return this.sandbox.start(localImage("postgres"), {
      name: "postgres",
      envs: [`POSTGRES_PASSWORD=${passwords.postgres}`],
      command: ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"],
      networksAdvanced: [{ aliases: ["postgres"] }],
      capabilities: { adds, drops: ["ALL"] },
      tmpfs: { "/run/postgresql": "" },
    });
  }

  /** Runs SQL as the superuser. */
  psql(sql: string): string {
    const psql = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-"];
    return docker(["exec", "--interactive", "--user", "postgres", this.database, ...psql], { input: sql });
  }

  /** Stops the database or starts it again. */
  turnDatabase(state: "stop" | "start"): void {
    docker([state, this.database]);
  }

  environment(password = passwords.authAdmin): Record<string, string> {
    const verify = "/auth/v1/verify";
    return {
      GOTRUE_DB_DRIVER: "postgres",
      DATABASE_URL: `postgres://supabase_auth_admin:${encodeURIComponent(password)}@postgres:5432/postgres`,
      GOTRUE_JWT_SECRET: secret,
      GOTRUE_JWT_AUD: "authenticated",
      GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
      GOTRUE_JWT_ISSUER: `${api}/auth/v1`,
      API_EXTERNAL_URL: `${api}/auth/v1`,
      GOTRUE_SITE_URL: site,
      GOTRUE_API_PORT: "9999",
      GOTRUE_URI_ALLOW_LIST: "https://*.site.test/**",
      GOTRUE_SMTP_ADMIN_EMAIL: "admin@site.test",
      GOTRUE_SMTP_SENDER_NAME: "The site",
      GOTRUE_SMTP_MAX_FREQUENCY: "1ms",
      GOTRUE_MAILER_URLPATHS_CONFIRMATION: verify,
      GOTRUE_MAILER_URLPATHS_RECOVERY: verify,
      GOTRUE_MAILER_URLPATHS_EMAIL_CHANGE: verify,
    };
  }

  /** Asks the stand-in as through a gateway that takes the prefix away. */
  readonly fetch: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    return fetch(url.replace(`${api}/auth/v1`, this.base), { redirect: "manual", ...init });
  };

  client(key = keys.anon, flowType: "implicit" | "pkce" = "implicit"): SupabaseClient["auth"] {
    const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false, flowType };
    // Node.js 20 has no WebSocket of its own, and the client looks for one at once. The two types differ in null alone.
    const realtime = { transport: WebSocket as unknown as WebSocketLikeConstructor };
    return createClient(api, key, { auth, realtime, global: { fetch: this.fetch } }).auth;
  }

  /** Follows a link as a browser does, but no further than to the site. */
  async follow(link: string): Promise<{ target: string; values: URLSearchParams }> {
    const response = await this.fetch(link);
    const [target = "", fragment] = (response.headers.get("location") ?? "").split("#");
    return { target, values: new URLSearchParams(fragment) };
  }

  port = (container: string, port: number): number => this.sandbox.port(container, port);

  async remove(): Promise<void> {
    await this.sink.close();
    this.sandbox.remove();
  }
}

/** What a mail brings. */
export function linkAndCode({ text }: CaughtMail): { link: string; code: string } {
  const link = /^https?:\S+$/m.exec(text)?.[0];
  const code = /code: (\d{6})/.exec(text)?.[1];
  if (link === undefined || code === undefined) throw new Error(`no link or no code in: ${text}`);
  return { link, code };
}

export const logs = (container: string): Outcome => exec("docker", ["logs", container]);
