// The stand-in for Realtime beside a prepared database, reached as through the platform's gateway.
import { createHmac } from "node:crypto";
import { createServer, request as forward, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { createClient, type RealtimeClientOptions, type SupabaseClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { localImage } from "../../bootstrap/images/catalog.js";
import { passwords, TestDatabase } from "../contract/postgres.js";
import { exec, Sandbox, until, type ContainerInputs } from "../support/containers.js";

export const secret = "clients-tokens-are-signed-with-this-one";
export const metricsSecret = "and-this-one-is-for-the-metrics-alone";
export const image = localImage("realtime");
export const tenant = "sobertube";
const own = passwords(1);
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

export function token(claims: Record<string, unknown> = {}, key = secret): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ role: "anon", exp: inAnHour(), ...claims })}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

export const environment: Readonly<Record<string, string>> = {
  DB_HOST: "postgres",
  DB_PORT: "5432",
  DB_USER: "supabase_admin",
  DB_PASSWORD: own.supabaseAdmin,
  DB_NAME: "postgres",
  DB_AFTER_CONNECT_QUERY: "SET search_path TO _realtime",
  DB_ENC_KEY: "0123456789abcdef",
  API_JWT_SECRET: secret,
  METRICS_JWT_SECRET: metricsSecret,
  SECRET_KEY_BASE: "x".repeat(64),
  APP_NAME: "realtime",
  SELF_HOST_TENANT_NAME: tenant,
  SEED_SELF_HOST: "true",
  ERL_AFLAGS: "-proto_dist inet_tcp",
  DNS_NODES: "''",
  CONNECT_ERROR_BACKOFF_MS: "10",
  CHANNEL_ERROR_BACKOFF_MS: "10",
};

/** What the container is run with, as on the platform. */
export const hardened: ContainerInputs = {
  name: "realtime",
  user: "65534:65534",
  readOnly: true,
  capabilities: { adds: [], drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  tmpfs: { "/tmp": "rw" },
  memory: 256,
};

const environmentFile = "/run/secrets/realtime/environment";
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

interface Asked {
  readonly status: number;
  readonly text: string;
}

/** The client leaves timers of many seconds behind when it disconnects, which would keep the process. */
function letLongTimersGo(): void {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((work: () => void, ms?: number) => {
    const timer = setTimeout(work, ms);
    return ms !== undefined && ms >= 5000 ? timer.unref() : timer;
  }) as typeof setTimeout;
}

export class Realtime {
  readonly sandbox = new Sandbox("realtime");
  database!: TestDatabase;
  container = "";
  port = 0;
  private gateway?: Server;
  private readonly clients: SupabaseClient[] = [];
  private readonly tunnels: Duplex[] = [];

  async start(): Promise<void> {
    letLongTimersGo();
    this.database = await TestDatabase.start(this.sandbox, own);
    const prepared = await this.database.prepare(own);
    if (prepared.code !== 0) throw new Error(prepared.stderr);
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}\n`);
    const file = { file: environmentFile, content: lines.join(""), permissions: "0400" };
    await this.sandbox.carry(image, {
      name: "realtime-carrier",
      volumes: [{ volumeName: "secrets", containerPath: "/run/secrets/realtime" }],
      uploads: [{ ...file, owner: "65534", group: "65534" }],
    });
    this.container = this.sandbox.start(
      image,
      {
        ...hardened,
        mounts: [{ source: "secrets", target: "/run/secrets/realtime", readOnly: true }],
        entrypoints: ["/bin/sh"],
        command: [
          ...["-c", `set -a; . ${environmentFile}; exec "$@"`, "--"],
          ...["/usr/bin/tini", "-s", "-g", "--", "/app/run.sh", "/app/bin/server"],
        ],
      },
      [4000],
    );
    this.port = this.sandbox.port(this.container, 4000);
    await until("realtime", async () =>
      (await fetch(this.url("/healthcheck"), { signal: AbortSignal.timeout(2000) })).ok ? true : undefined,
    );
    await this.openGateway();
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** A client of the platform, signed in with a token. */
  client(apikey = token()): SupabaseClient {
    const { port } = this.gateway?.address() as AddressInfo;
    const client = createClient(`http://127.0.0.1:${port}`, apikey, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as unknown as RealtimeClientOptions["transport"], timeout: 5000 },
    });
    this.clients.push(client);
    return client;
  }

  /** One request to the server as the gateway makes it; with a body it is a POST. */
  async ask(path: string, body?: unknown, bearer?: string, host = tenant): Promise<Asked> {
    const headers = {
      host,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const target = { host: "127.0.0.1", port: this.port, path, method: body === undefined ? "GET" : "POST" };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      forward({ ...target, headers }, resolve)
        .once("error", reject)
        .end(body && JSON.stringify(body));
    });
    return { status: answer.statusCode ?? 0, text: await text(answer) };
  }

  logs(): string {
    const { stdout, stderr } = exec("docker", ["logs", this.container]);
    return stdout + stderr;
  }

  /** Lets clients go. @param clients - by default every one */
  async leave(clients: readonly SupabaseClient[] = this.clients): Promise<void> {
    await Promise.all(clients.map((client) => client.removeAllChannels()));
    await Promise.all(clients.map((client) => client.realtime.disconnect()));
  }

  async stop(): Promise<void> {
    await this.leave();
    for (const socket of this.tunnels) socket.destroy();
    this.gateway?.closeAllConnections();
    this.gateway?.close();
    this.sandbox.remove();
  }

  /** Takes the public paths to the server's own, with a host whose first label is the tenant. */
  private async openGateway(): Promise<void> {
    const inner = (path = "") =>
      path.replace("/realtime/v1/api/", "/api/").replace("/realtime/v1/", "/socket/");
    const host = `${tenant}.realtime:4000`;
    const gateway = createServer((incoming, outgoing) => {
      const target = {
        host: "127.0.0.1",
        port: this.port,
        path: inner(incoming.url),
        method: incoming.method,
      };
      const onward = forward({ ...target, headers: { ...incoming.headers, host } }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    gateway.on("upgrade", (incoming, socket) => {
      const onward = connect(this.port, "127.0.0.1");
      this.tunnels.push(socket, onward);
      const headers = Object.entries({ ...incoming.headers, host }).map(
        ([name, value]) => `\r\n${name}: ${String(value)}`,
      );
      onward.write(`GET ${inner(incoming.url)} HTTP/1.1${headers.join("")}\r\n\r\n`);
      for (const [one, other] of [
        [onward, socket],
        [socket, onward],
      ] as const)
        one.on("error", () => other.destroy()).pipe(other);
    });
    this.gateway = gateway;
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  }
}
