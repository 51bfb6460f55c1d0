import type { IncomingMessage } from "node:http";
import type { PoolClient } from "pg";
import { bodyOf, type Answer } from "../lib/http.js";
import { verifier } from "../lib/jwt.js";
import type { Context, Database } from "./database.js";
import { errorAnswer, RestError } from "./errors.js";
import { answerCall } from "./functions.js";
import { openApi } from "./openapi.js";
import { parseQuery, type Query } from "./query.js";
import * as incoming from "./request.js";
import type { Settings } from "./settings.js";
import { answerTable } from "./tables.js";

const cors = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers":
    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit",
};

/** The handler of the public port. */
export function api(settings: Settings, database: Database): (request: IncomingMessage) => Promise<Answer> {
  const verify = settings.jwtSecret === undefined ? undefined : verifier(settings.jwtSecret);

  async function respond(request: IncomingMessage, who: incoming.Identity): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://stand-in");
    const method = request.method ?? "GET";
    const schema = incoming.profile(request, settings.schemas);
    const body = incoming.readsOnly(method) ? "" : await bodyOf(request);
    const context: Context = {
      role: who.role,
      schema,
      request: requestSettings(request, url, who),
      readOnly: incoming.readsOnly(method),
    };
    return database.transaction(context, (client) => route(client, request, { url, method, schema, body }));
  }

  async function route(
    client: PoolClient,
    request: IncomingMessage,
    { url, method, schema, body }: { url: URL; method: string; schema: string; body: string },
  ): Promise<Answer> {
    const path = pathOf(url);
    const common = {
      method,
      preferences: incoming.preferences(request),
      wantsObject: incoming.wantsObject(request),
    };
    const [first = "", second] = path;
    if (first === "" && incoming.readsOnly(method)) {
      const headers = { "Content-Type": "application/openapi+json; charset=utf-8" };
      return { status: 200, headers, body: JSON.stringify(await openApi(client, schema)) };
    }
    if (first === "rpc" && second !== undefined && path.length === 2) {
      const name = { schema, name: second };
      if (!incoming.readsOnly(method)) {
        return answerCall(client, { ...common, function: name, query: asked(request, url), body });
      }
      const query = parseQuery(new URLSearchParams());
      const args = JSON.stringify(Object.fromEntries(url.searchParams));
      return answerCall(client, { ...common, function: name, query: limited(query), body: args });
    }
    if (first === "" || path.length > 1) throw invalidPath();
    return answerTable(client, {
      ...common,
      table: { schema, name: first },
      query: asked(request, url),
      body,
    });
  }

  function asked(request: IncomingMessage, url: URL): Query {
    return limited(parseQuery(url.searchParams, request.headers.range));
  }

  function limited(query: Query): Query {
    const limit = Math.min(query.limit ?? Infinity, settings.maxRows ?? Infinity);
    return { ...query, limit: Number.isFinite(limit) ? limit : undefined };
  }

  return async (request) => {
    let authenticated = false;
    try {
      if (request.method === "OPTIONS") return preflight(request);
      const who = await incoming.identify(request, settings, verify);
      authenticated = who.authenticated;
      return withCommonHeaders(await respond(request, who));
    } catch (error) {
      return withCommonHeaders(errorAnswer(error, authenticated));
    }
  };
}

const invalidPath = () => new RestError(404, "PGRST125", "Invalid path specified in request URL");

function pathOf(url: URL): string[] {
  try {
    return url.pathname.slice(1).split("/").map(decodeURIComponent);
  } catch {
    throw invalidPath();
  }
}

function preflight(request: IncomingMessage): Answer {
  const asked = request.headers["access-control-request-headers"];
  const headers = {
    ...cors,
    "Access-Control-Allow-Methods": "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD",
    "Access-Control-Allow-Headers": asked === undefined ? "Authorization" : `Authorization, ${asked}`,
    "Access-Control-Max-Age": "86400",
  };
  return { status: 200, headers };
}

function withCommonHeaders(answer: Answer): Answer {
  const headers = {
    "Content-Type": "application/json; charset=utf-8",
    Server: "postgrest-stand-in",
    ...cors,
  };
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function requestSettings(request: IncomingMessage, url: URL, who: incoming.Identity): Record<string, string> {
  return {
    "request.jwt.claims": JSON.stringify(who.claims),
    "request.method": request.method ?? "GET",
    "request.path": url.pathname,
    "request.headers": JSON.stringify(request.headers),
  };
}
