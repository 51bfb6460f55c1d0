import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { log } from "../lib/log.js";
import type { Call, Reply, Services } from "./call.js";
import { asStorageError, StorageError } from "./errors.js";
import { health } from "./health.js";
import { superuser } from "./identity.js";
import type { RateLimit } from "./rate-limit.js";
import { isSignedUpload, ResumableUploads } from "./resumable.js";
import { routes } from "./routes.js";

/** The API's server, not listening yet. */
export function apiServer(services: Services, rateLimit: RateLimit | undefined): Server {
  const resumable = new ResumableUploads(services);

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    // The raw path: a parser of URLs would resolve `..` across buckets.
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const blank = { ...services, request, bucket: "", name: "", query: new URLSearchParams(query), signal };
    if (path === "/status") return {};
    if (path === "/health" && request.method === "GET") return health(services);
    if (/^\/upload\/resumable(\/|$)/.test(path)) {
      await resumable.handle(await resumableCall(blank, path), response);
      return undefined;
    }
    const method = request.method ?? "GET";
    const found = routes.find((route) => route.method === method && route.pattern.test(path));
    if (found === undefined) throw unknownRoute(method, path);
    if (path.startsWith("/render/")) await rateLimit?.check(request);
    const { bucket = "", name = "" } = found.pattern.exec(path)?.groups ?? {};
    const identity = await identify(request, found.access);
    const place = { bucket: decoded(bucket), name: decoded(name) };
    return found.handler({ ...blank, ...place, identity, operation: found.operation });
  }

  async function resumableCall(blank: Omit<Call, "identity" | "operation">, path: string): Promise<Call> {
    const open = blank.request.method === "OPTIONS" ? "user-or-anonymous" : "user";
    const identity = await identify(blank.request, isSignedUpload(path) ? "anyone" : open);
    const operation =
      blank.request.method === "POST" ? "storage.tus.upload.create" : "storage.tus.upload.part";
    return { ...blank, identity, operation };
  }

  function identify(request: IncomingMessage, access: (typeof routes)[number]["access"]) {
    if (access === "anyone") return superuser;
    return access === "user"
      ? services.tokens.identify(request)
      : services.tokens.identifyOrAnonymous(request);
  }

  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    answer(request, response, gone.signal)
      .then((reply) => (reply === undefined ? undefined : send(request, response, reply)))
      .catch((error: unknown) => fail(request, response, error))
      .finally(() => drain(request));
  });
  // Large files may take their time; a gateway ends what stands still.
  server.requestTimeout = 60 * 60 * 1000;
  return server;
}

/** Reads on where an answer came before the end of a body, so that the connection serves the next request. */
function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  request.removeAllListeners("readable");
  request.resume();
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const { status = 200, headers = {}, body = "" } = reply;
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  response.writeHead(status, Object.fromEntries(present) as Record<string, string>);
  if (typeof body === "string") response.end(request.method === "HEAD" ? undefined : body);
  else await pipeline(body, response);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known = asStorageError(error);
  // The path without its query, in which tokens stand.
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  if (known.status >= 500 && !response.destroyed) log(`${request.method ?? ""} ${path}: ${known.message}`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = request.method === "HEAD" ? undefined : known.body;
  response.writeHead(known.httpStatus, { "Content-Type": "application/json; charset=utf-8" }).end(body);
}

function unknownRoute(method: string, path: string): StorageError {
  return new StorageError(404, "InvalidRequest", `Route ${method}:${path} not found`, "Not Found");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new StorageError(400, "InvalidRequest", "The path is not well encoded");
  }
}
