import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { log } from "../lib/log.js";
import { headersExceed } from "./api.js";
import { Connection } from "./connection.js";
import { codec, type Codec } from "./frames.js";
import type { Project, Projects } from "./project.js";
import type { Settings } from "./settings.js";
import { TokenRefused } from "./tokens.js";

/** An upgrade that is refused. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Admitted {
  readonly project: Project;
  readonly codec: Codec;
  readonly token: string;
}

/** Lets clients in to WebSocket connections. */
export class Gate {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: 5_000_000 });

  constructor(
    private readonly settings: Settings,
    private readonly projects: Projects,
  ) {}

  /** The listener of an HTTP server's event `upgrade`. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => undefined);
    try {
      const { project, codec, token } = await this.admit(request);
      const { channel: delay } = this.settings.refusalDelay;
      this.server.handleUpgrade(request, socket, head, (client) => {
        new Connection(client, codec, project, token, ownHeaders(request), delay);
      });
    } catch (error) {
      const known = error instanceof Refused;
      if (!known)
        log(`ErrorConnectingToWebsocket: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(this.settings.refusalDelay.connect, undefined, { ref: false });
      refuse(socket, known ? error : new Refused(500, "Error connecting to Realtime"));
    }
  }

  close(): void {
    for (const client of this.server.clients) client.close(1001);
    setTimeout(() => {
      for (const client of this.server.clients) client.terminate();
    }, 500).unref();
  }

  private async admit(request: IncomingMessage): Promise<Admitted> {
    if (headersExceed(request, this.settings.maxHeaderLength)) throw new Refused(431, "a header is too long");
    const target = `http://stand-in${request.url}`;
    if (!URL.canParse(target)) throw new Refused(400, "Bad Request");
    const { pathname, searchParams } = new URL(target);
    if (pathname !== "/socket/websocket") throw new Refused(404, "Not Found");
    const chosen = codec(searchParams.get("vsn") ?? "1.0.0");
    if (chosen === undefined) throw new Refused(403, "this version of the protocol is not spoken");
    const project = await this.projects.find(request.headers.host ?? "");
    if (project === undefined) throw new Refused(404, "Tenant not found");
    const header = request.headers["x-api-key"];
    const token = typeof header === "string" ? header : searchParams.get("apikey");
    if (token === null) throw new Refused(401, "API key is missing");
    await project.verify(token).catch((error: unknown) => {
      throw error instanceof TokenRefused ? new Refused(401, error.atConnect) : error;
    });
    if (project.connections >= project.tenant.limits.users)
      throw new Refused(429, "Too many connected users");
    return { project, codec: chosen, token };
  }
}

function refuse(socket: Duplex, { status, message }: Refused): void {
  const body = JSON.stringify({ error: message });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

/** Headers that policies may ask for. */
const ownHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith("x-") && typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
