import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { bodyOf } from "../lib/http.js";
import type { Blobs } from "./blobs.js";
import type { Context, Database } from "./database.js";
import { invalidKey, invalidRequest } from "./errors.js";
import { superuser, type Identity, type Tokens } from "./identity.js";
import type { Settings } from "./settings.js";

export interface Services {
  readonly settings: Settings;
  readonly database: Database;
  readonly blobs: Blobs;
  readonly tokens: Tokens;
}

/** One request, after its route and its user are known. */
export interface Call extends Services {
  readonly request: IncomingMessage;
  readonly bucket: string;
  /** What stands after the bucket. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly identity: Identity;
  readonly operation: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface Reply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** @default - an empty body */
  readonly body?: string | Readable;
}

export type Handler = (call: Call) => Promise<Reply>;

export function json(value: unknown): Reply {
  return { headers: { "Content-Type": "application/json; charset=utf-8" }, body: JSON.stringify(value) };
}

/** The transaction's context: the caller's own role, or one that sees every row. */
export function context({ request, identity, operation }: Call, as?: "superuser"): Context {
  return {
    identity: as === undefined ? identity : superuser,
    operation,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: JSON.stringify(request.headers),
  };
}

/** A body of JSON; an empty one is an empty object. */
export async function jsonBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = await bodyOf(request, 1024 * 1024).catch((error: unknown) => {
    throw invalidRequest(error instanceof Error ? error.message : "The body cannot be read");
  });
  if (text === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Falls through to the error below.
  }
  throw invalidRequest("Body is not valid JSON");
}

/** Names are kept to what every object store can take. */
export function validName(name: string): string {
  if (!/^[\w/!.*'() &$=@;:+,?-]+$/.test(name)) throw invalidKey(name);
  return name;
}
