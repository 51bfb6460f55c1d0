import { createServer, type IncomingMessage, type Server } from "node:http";

/** What a handler answers with. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - an empty body */
  readonly body?: string;
}

/** The body of a request as text; bodies above the limit are refused. */
export async function bodyOf(request: IncomingMessage, limit = 10 * 1024 * 1024): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new RangeError(`the body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A server around one handler; whatever the handler throws has to be answered by the handler itself. */
export function serve(
  host: string,
  port: number,
  handle: (request: IncomingMessage) => Promise<Answer>,
): Promise<Server> {
  const server = createServer((request, response) => {
    void handle(request).then(({ status, headers = {}, body = "" }) => {
      const length =
        request.method === "HEAD" || status === 204 ? {} : { "Content-Length": Buffer.byteLength(body) };
      response.writeHead(status, { ...headers, ...length });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** Lets requests that run finish, and closes idle connections at once. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
