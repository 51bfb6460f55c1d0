import { type ClientHttp2Session, connect, constants } from "node:http2";
import {
  isComplete,
  type Method,
  newTallies,
  postBody,
  rest,
  type Running,
  type Tallies,
  type Target,
} from "./target.js";

/** What the server has said not to have processed: RFC 9113 lets a client send it again, whatever its method. */
class Unprocessed extends Error {}

/** A connection, and the last of its streams that the server processes; all of them, as long as nothing else is said. */
interface Session {
  readonly http2: ClientHttp2Session;
  last: number;
}

/** One connection at a time, and a new one after a GOAWAY, as browsers have it. */
class Connection {
  private session: Session | undefined;

  constructor(private readonly target: Target) {}

  /** One request; one that GOAWAY or REFUSED_STREAM says was not processed goes to the next connection. */
  async ask(method: Method): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await this.attempt(method);
      } catch (error) {
        if (!(error instanceof Unprocessed) || attempts === 5) throw error;
      }
    }
  }

  close(): void {
    this.session?.http2.close();
  }

  private current(): Session {
    const { session } = this;
    if (session !== undefined && !session.http2.closed && !session.http2.destroyed) return session;
    const { address, port, host, ca } = this.target;
    const http2 = connect(`https://${host}`, { host: address, port, servername: host, ca: [...ca] });
    const next: Session = { http2, last: Infinity };
    // Every request under way hears of it by itself.
    http2.on("error", () => undefined);
    http2.on("goaway", (_code: number, last: number) => {
      next.last = last;
      if (this.session === next) this.session = undefined;
    });
    this.session = next;
    return next;
  }

  private attempt(method: Method): Promise<void> {
    const session = this.current();
    return new Promise((resolve, reject) => {
      const stream = session.http2.request({
        ":method": method,
        ":path": "/rest/v1/drinks",
        ...this.target.headers,
      });
      let status = 0;
      let text = "";
      const body = method === "POST" ? postBody : "";
      stream.setEncoding("utf8");
      stream.setTimeout(10_000, () => stream.destroy(new Error("no answer within 10 s")));
      stream.on("response", (headers) => (status = headers[":status"] ?? 0));
      stream.on("data", (chunk: string) => (text += chunk));
      stream.on("error", () => undefined);
      stream.on("close", () => {
        const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
        if (refused || (stream.id ?? Infinity) > session.last) reject(new Unprocessed());
        else if (status !== 0 && text !== "" && isComplete(status, text, body.length)) resolve();
        else reject(new Error(`${String(status)} ${text} (${String(stream.rstCode)})`));
      });
      // What asks with GET has ended already.
      if (method === "POST") stream.end(body);
    });
  }
}

/** GET and POST in turn on connections of HTTP/2, several requests on each at a time. */
export function http2Load(target: Target, connections: number, streams: number): Running<Tallies> {
  const now = newTallies();
  const stopping = new AbortController();
  const pool = Array.from({ length: connections }, () => new Connection(target));
  const clients = pool.flatMap((connection) =>
    Array.from({ length: streams }, (_, index) => client(connection, index, now, stopping.signal)),
  );
  return {
    now,
    stop: async () => {
      stopping.abort();
      await Promise.all(clients);
      for (const connection of pool) connection.close();
      return now;
    },
  };
}

async function client(
  connection: Connection,
  index: number,
  tallies: Tallies,
  signal: AbortSignal,
): Promise<void> {
  for (let turn = index; !signal.aborted; turn += 1) {
    const method = turn % 2 === 0 ? "GET" : "POST";
    try {
      await connection.ask(method);
      tallies[method].answered += 1;
    } catch (error) {
      tallies[method].lost.push(String(error));
    }
    await rest();
  }
}
