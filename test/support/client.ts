import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Buffer;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** CA that the server's certificate must come from. */
  readonly ca?: string;
  /** Name to ask for; the connection itself always goes to 127.0.0.1. */
  readonly host?: string;
}

/** One request to 127.0.0.1 without following redirects; certificates are verified against `ca` alone. */
export function ask(
  scheme: "http" | "https",
  port: number,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const { method = "GET", headers = {}, body, ca, host = "localhost" } = options;
  const send = scheme === "https" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      {
        host: "127.0.0.1",
        port,
        path,
        method,
        ca,
        servername: host,
        agent: false,
        timeout: 10_000,
        maxHeaderSize: 256 * 1024,
        headers: { host: `${host}:${String(port)}`, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: bytes.toString(),
            bytes,
          });
        });
      },
    );
    request.on("error", reject);
    request.on("timeout", () => request.destroy(new Error(`no answer from port ${String(port)}`)));
    request.end(body);
  });
}
