// Everything about a request that does not need the database.
import type { IncomingMessage } from "node:http";
import { TokenError, type Verify } from "../lib/jwt.js";
import { RestError } from "./errors.js";
import type { Settings } from "./settings.js";

export interface Preferences {
  readonly count: boolean;
  readonly representation: boolean;
  /** @default - a conflict is an error */
  readonly resolution?: "merge" | "ignore";
}

export interface Identity {
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly authenticated: boolean;
}

export const readsOnly = (method: string) => method === "GET" || method === "HEAD";

export function preferences(request: IncomingMessage): Preferences {
  const prefer = [request.headers.prefer ?? []].flat().join(",");
  const words = new Set(prefer.split(",").map((word) => word.trim()));
  const merge = words.has("resolution=merge-duplicates") ? "merge" : undefined;
  return {
    count: words.has("count=exact"),
    representation: words.has("return=representation"),
    resolution: merge ?? (words.has("resolution=ignore-duplicates") ? "ignore" : undefined),
  };
}

/** Whether one object is wanted instead of an array of them. */
export function wantsObject(request: IncomingMessage): boolean {
  return (request.headers.accept ?? "").includes("application/vnd.pgrst.object");
}

/** The schema that the profile header asks for; the first exposed one without it. */
export function profile(request: IncomingMessage, schemas: readonly string[]): string {
  const header = readsOnly(request.method ?? "") ? "accept-profile" : "content-profile";
  const wanted = request.headers[header]?.toString();
  const schema = wanted ?? schemas[0] ?? "public";
  if (schemas.includes(schema)) return schema;
  const hint = `Only the following schemas are exposed: ${schemas.join(", ")}`;
  throw new RestError(406, "PGRST106", `Invalid schema: ${schema}`, null, hint);
}

/** Who asks: the role of a valid token, or the anonymous role without one. */
export async function identify(
  request: IncomingMessage,
  settings: Settings,
  verify?: Verify,
): Promise<Identity> {
  const authorization = request.headers.authorization ?? "";
  const token = /^bearer +(\S.*)$/i.exec(authorization)?.[1];
  const { anonRole } = settings;
  if (token === undefined) {
    if (anonRole === undefined) throw unauthorised("PGRST302", "Anonymous access is disabled");
    return { role: anonRole, claims: { role: anonRole }, authenticated: false };
  }
  if (verify === undefined) throw new RestError(500, "PGRST300", "Server lacks JWT secret");
  const claims = await verify(token).catch((error: unknown) => {
    if (!(error instanceof TokenError)) throw error;
    throw unauthorised(error.reason === "claims" ? "PGRST303" : "PGRST301", error.message);
  });
  const role = typeof claims.role === "string" ? claims.role : anonRole;
  if (role === undefined) throw unauthorised("PGRST302", "Anonymous access is disabled");
  return { role, claims: { ...claims, role }, authenticated: role !== anonRole };
}

function unauthorised(code: string, message: string): RestError {
  const challenge =
    code === "PGRST302" ? "Bearer" : `Bearer error="invalid_token", error_description="${message}"`;
  return new RestError(401, code, message, null, null, {
    "WWW-Authenticate": challenge.replaceAll(/[\r\n]/g, " "),
  });
}
