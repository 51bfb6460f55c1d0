import type { IncomingMessage } from "node:http";
import { bodyOf, type Answer } from "../lib/http.js";
import { log } from "../lib/log.js";
import * as admin from "./admin.js";
import { authorize, callback, keys, showSettings } from "./authorize.js";
import { json, type Handler, type Services } from "./context.js";
import type { Database } from "./database.js";
import { AuthError, errorAnswer } from "./errors.js";
import { generateLink, invite } from "./invitations.js";
import type { Metrics } from "./metrics.js";
import { otp, recover, resend } from "./recovery.js";
import { signup } from "./signup.js";
import { token } from "./token.js";
import { changeUser, logout, showUser } from "./user.js";
import { followLink, redirectError, verify } from "./verify.js";
import { version } from "./version.js";

const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  "/settings": { GET: showSettings },
  "/.well-known/jwks.json": { GET: keys },
  "/signup": { POST: signup },
  "/token": { POST: token },
  "/verify": { GET: followLink, POST: verify },
  "/recover": { POST: recover },
  "/otp": { POST: otp },
  "/magiclink": { POST: otp },
  "/resend": { POST: resend },
  "/user": { GET: showUser, PUT: changeUser },
  "/logout": { POST: logout },
  "/authorize": { GET: authorize },
  "/callback": { GET: callback },
  "/invite": { POST: admin.forAdmins(invite) },
  "/admin/users": { GET: admin.forAdmins(admin.listUsers), POST: admin.forAdmins(admin.createUser) },
  "/admin/users/{user_id}": {
    GET: admin.forAdmins(admin.showUser),
    PUT: admin.forAdmins(admin.changeUser),
    DELETE: admin.forAdmins(admin.deleteUser),
  },
  "/admin/generate_link": { POST: admin.forAdmins(generateLink) },
};

const largestBody = 2 ** 20;

/** The handler of the public port. */
export function api(
  services: Services,
  database: Database,
  metrics: Metrics,
): (request: IncomingMessage) => Promise<Answer> {
  async function respond(request: IncomingMessage, url: URL, route: string, id: string): Promise<Answer> {
    if (route === "/health") return health(database);
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "");
    const handler = routes[route]?.[method];
    if (routes[route] === undefined) return { status: 404, body: "404 page not found\n" };
    if (handler === undefined) return { status: 405 };
    const body = ["POST", "PUT", "DELETE"].includes(method) ? await bodyOf(request, largestBody) : "";
    const call = { ...services, request, url, id, body };
    try {
      return await database.transaction((db) => handler({ ...call, db }));
    } catch (error) {
      const known = toAuthError(error);
      if (handler === followLink && url.searchParams.has("token")) return redirectError(call, known);
      throw known;
    }
  }

  return async (request) => {
    const started = performance.now();
    const url = new URL(request.url ?? "/", "http://stand-in");
    const path = url.pathname.replace(/(.)\/$/, "$1");
    const id = /^\/admin\/users\/([^/]+)$/.exec(path)?.[1] ?? "";
    const route = id === "" ? path : "/admin/users/{user_id}";
    const versionHeader = [request.headers["x-supabase-api-version"] ?? []].flat()[0];
    const answer = await respond(request, url, route, id).catch((error: unknown) =>
      errorAnswer(toAuthError(error), versionHeader),
    );
    const known = route === "/health" || routes[route] !== undefined;
    metrics.observe(request.method ?? "", known ? route : "noroute", answer.status, started);
    return answer;
  };
}

/** Unlike GoTrue's, the answer depends on the database, without which nothing else works. */
async function health(database: Database): Promise<Answer> {
  const description = "GoTrue is a user registration and authentication API";
  const answer = json({ version: `v${version}`, name: "GoTrue", description });
  const works = await database.check().then(
    () => true,
    (error: unknown) => log(`database: ${error instanceof Error ? error.message : String(error)}`),
  );
  return works === true ? answer : { ...answer, status: 503 };
}

function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof RangeError) return new AuthError(413, "request_entity_too_large", error.message);
  log(`failed: ${error instanceof Error ? error.message : String(error)}`);
  return new AuthError(
    500,
    "unexpected_failure",
    "Unexpected failure, please check server logs for more information",
  );
}
