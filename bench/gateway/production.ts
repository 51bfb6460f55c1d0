import { renderGeneration, type Tree } from "../../components/gateway/generation.js";
import { type Directive, render } from "../../components/gateway/nginx.js";
import { supabaseBlocked, supabaseRoutes } from "../../components/gateway/supabase.js";
import { type GatewayModel, limitClasses, listen } from "../../components/gateway/model.js";
import type { Certificates } from "../../test/contract/gateway.js";
import { parse, prodModel } from "../../test/support/nginx.js";
import { type Feature, withoutFeature } from "./features.js";

/** As long as a real one: a header, a payload with issuer, role and times, and an HS256 signature. */
const key = (role: string): string =>
  [
    { alg: "HS256", typ: "JWT" },
    { iss: "supabase", ref: "sobertube", role, iat: 1767225600, exp: 2082758400 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .concat(Buffer.alloc(32, role).toString("base64url"))
    .join(".");

/** More requests than a client of the bench can send: the limits are counted, and refuse none of them. */
const unreachable = 60_000_000;

/** Production's gateway with every route of the platform. */
export const model: GatewayModel = {
  ...prodModel,
  keys: { anon: key("anon"), serviceRole: key("service_role") },
  routes: supabaseRoutes({ tenant: "realtime-dev" }),
  blocked: supabaseBlocked,
  limits: {
    ...(Object.fromEntries(limitClasses.map((kind) => [kind, unreachable])) as Record<
      (typeof limitClasses)[number],
      number
    >),
    connections: 60_000,
  },
};

/** The names by which the gateway finds its services, all of which the backend answers to. */
export const allUpstreams = [...new Set(model.routes.map(({ upstream }) => upstream.name))];

/** The ports on which they answer. */
export const allPorts = [...new Set(model.routes.map(({ upstream }) => upstream.port))];

export const apiHost = model.hosts.api;

/** An ordinary request: a page of rows, as a browser asks for it with supabase-js. */
export const url = `https://${apiHost}:${String(listen.api)}/rest/v1/drinks?select=id,name,volume&order=id.asc&limit=10`;

export const requestHeaders = [
  `apikey: ${model.keys.anon}`,
  `Authorization: Bearer ${model.keys.anon}`,
  `Origin: ${model.origins[0] ?? ""}`,
  "Accept: application/json",
  "X-Client-Info: supabase-js-web/2.109.0",
];

/** An argument of several lines, as the renderer wants it. */
function withLines({ name, args, children }: Directive): Directive {
  const last = args.at(-1) ?? "";
  if (children !== undefined) return { name, args, children: children.map(withLines) };
  if (!last.includes("\n")) return { name, args };
  return { name, args: args.slice(0, -1), lines: last.replace(/\n$/, "").split("\n") };
}

/** As many as the other proxies have. */
const oneWorker: Feature = {
  name: "a worker for every core",
  without: (one) => (one.name === "worker_processes" ? [{ ...one, args: ["1"] }] : [one]),
};

/**
 * The files of the gateway as production delivers them, with one worker.
 * @param own what is set otherwise than in `model`, such as the firewall
 * @param without features that are left out
 */
export function gatewayFiles(
  certificates: Certificates,
  own: Partial<GatewayModel> = {},
  ...without: readonly Feature[]
): Tree {
  const { files } = renderGeneration({
    model: { ...model, ...own },
    certificates: certificates.leaves,
    frontend: { "index.html": "" },
  });
  const whole = parse(files["nginx.conf"] ?? "").map(withLines);
  return { ...files, "nginx.conf": render([oneWorker, ...without].reduce(withoutFeature, whole)) };
}

/** How a configuration for nginx is started. */
export const nginxCommand = "nginx -p /tmp/work/ -c /tmp/work/nginx.conf -g 'daemon off;'";
