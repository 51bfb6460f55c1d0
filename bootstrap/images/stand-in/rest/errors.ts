import { DatabaseError } from "pg";
import type { Answer } from "../lib/http.js";

/** An error in the shape that PostgREST answers with. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: string | null = null,
    readonly hint: string | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** HTTP status by SQLSTATE, whole codes before their classes. */
const statuses: ReadonlyArray<readonly [prefix: string, status: number]> = [
  ["23503", 409],
  ["23505", 409],
  ["25006", 405],
  ["21000", 400],
  ["42883", 404],
  ["42P01", 404],
  ["42P17", 500],
  ["P0001", 400],
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["53400", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0", 500],
  ["XX", 500],
];

/** The status for a database error; what is forbidden is "log in first" for those who have not. */
export function statusOf(sqlstate: string, authenticated: boolean): number {
  if (sqlstate === "42501") return authenticated ? 403 : 401;
  const raised = /^PT(\d{3})$/.exec(sqlstate)?.[1];
  if (raised !== undefined) return Number(raised);
  return statuses.find(([prefix]) => sqlstate.startsWith(prefix))?.[1] ?? 400;
}

/** Whatever went wrong, as an answer. */
export function errorAnswer(error: unknown, authenticated: boolean): Answer {
  const known = toRestError(error, authenticated);
  const { code, details, hint, message, status, headers } = known;
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify({ code, details, hint, message }),
  };
}

function toRestError(error: unknown, authenticated: boolean): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof DatabaseError) {
    const sqlstate = error.code ?? "XX000";
    const status = statusOf(sqlstate, authenticated);
    const headers: Record<string, string> = status === 401 ? { "WWW-Authenticate": "Bearer" } : {};
    return new RestError(status, sqlstate, error.message, error.detail ?? null, error.hint ?? null, headers);
  }
  if (error instanceof RangeError) return new RestError(413, "PGRST100", error.message);
  const message = error instanceof Error ? error.message : String(error);
  return new RestError(503, "PGRST000", "Could not connect with the database.", message);
}
