import type { Answer } from "../lib/http.js";

/** For requests that a browser may make from any page. */
export const cors = { "Access-Control-Allow-Origin": "*" };

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(body),
});

export const plain = (status: number, body: string): Answer => ({
  status,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body,
});
