import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Endpoint } from "../outputs.js";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Question {
  readonly path: string;
  /** @default "GET" */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one request and follows no redirect. @throws Error when no answer comes */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Answer>;

/** The address at which this machine reaches what is bound to `bind`. */
export const reachable = (bind: string): string => (bind === "0.0.0.0" || bind === "::" ? "127.0.0.1" : bind);

/**
 * Speaks to an endpoint at its own address and under its public name, whatever DNS and the hosts file say.
 * @param ca the only authority that the certificate may come from
 */
export function speakTo({ bind, port, url }: Endpoint, ca: string): Ask {
  const { hostname, host, protocol } = new URL(url);
  // Node gives a DELETE neither a length nor chunks, and its body would be lost.
  const lengthOf = (body: string | undefined): Record<string, number> =>
    body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
  const send = protocol === "https:" ? httpsRequest : httpRequest;
  return ({ path, method = "GET", headers = {}, body }, signal) =>
    new Promise((resolve, reject) => {
      const request = send(
        {
          ...{ host: reachable(bind), port, path, method, signal, ca, servername: hostname, agent: false },
          headers: { host, ...lengthOf(body), ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => resolve(answerOf(response, Buffer.concat(chunks).toString())));
        },
      );
      request.on("error", reject);
      // A socket that is opened is the answer; nothing is said on it.
      request.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(answerOf(response, ""));
      });
      request.end(body);
    });
}

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, body: string): Answer => ({
  status: statusCode,
  headers,
  body,
});
