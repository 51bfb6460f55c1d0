import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { Answer } from "../lib/http.js";
import type { AccessTokens } from "./access-tokens.js";
import type { Connection } from "./database.js";
import { AuthError } from "./errors.js";
import type { Mailer } from "./mailer.js";
import type { Sessions } from "./sessions.js";
import type { Settings } from "./settings.js";

/** The parts that answer requests. */
export interface Services {
  readonly settings: Settings;
  readonly tokens: AccessTokens;
  readonly sessions: Sessions;
  readonly mailer: Mailer;
}

/** One request, inside a transaction of its own. */
export interface Context extends Services {
  readonly request: IncomingMessage;
  readonly url: URL;
  /** The variable part of the path, if the route has one. */
  readonly id: string;
  readonly body: string;
  readonly db: Connection;
}

export type Handler = (context: Context) => Promise<Answer>;

/** A text in a body, where missing, null and empty are the same. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
export const object = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

/** The body as JSON of that form; fields that it does not name are ignored. */
export function read<T>({ body }: Context, form: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw badJson(error instanceof Error ? error.message : "");
  }
  const result = form.safeParse(value);
  if (!result.success) throw badJson(z.prettifyError(result.error).replaceAll("\n", " "));
  return result.data;
}

const badJson = (cause: string) =>
  new AuthError(400, "bad_json", `Could not parse request body as JSON: ${cause}`);

/** Which part of the users a request is about. */
export function audience({ request, settings }: Context): string {
  return [request.headers["x-jwt-aud"] ?? []].flat()[0] ?? settings.jwt.audience;
}

export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

export function redirect(status: 302 | 303, target: string): Answer {
  return { status, headers: { Location: target } };
}
