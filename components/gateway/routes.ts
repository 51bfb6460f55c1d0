import { hideUpstreamCors, preflight, requireOrigin } from "./cors.js";
import { requireAccess } from "./keys.js";
import { routeLimit } from "./limits.js";
import type { GatewayModel, Traffic } from "./model.js";
import { block, type Directive, directive, exactly, map } from "./nginx.js";
import { proxyHeaders } from "./proxy.js";
import { type Surface, type SurfaceRoute, surfaces } from "./surfaces.js";

const variable = ({ identifier }: SurfaceRoute): string => `$target_${identifier}`;

/** The raw URI without a key in its query, which a service would take for a parameter of its own. */
const keylessUri: readonly Directive[] = [
  map("$arg_apikey", "$keyless_uri", { "": "$request_uri", default: "$uri_without_key" }),
  map("$request_uri", "$uri_without_key", {
    default: "$request_uri",
    "~^(?<key_alone>[^?]*)\\?apikey=[^&]*$": "$key_alone",
    "~^(?<key_head>[^?]*\\?)apikey=[^&]*&(?<key_tail>.*)$": "$key_head$key_tail",
    "~^(?<key_before>[^?]*\\?.*)&apikey=[^&]*(?<key_after>.*)$": "$key_before$key_after",
  }),
];

/**
 * The path as a service sees it: the raw URI with the route's target in place of its path. The raw one, because
 * object names hold encoded slashes and S3 signatures cover every byte. Empty where the raw URI spells the
 * path in another way than the location that nginx found for its decoded form.
 */
export function pathMaps(model: GatewayModel): Directive[] {
  const paths = surfaces(model).flatMap(({ routes }) => routes.map(pathMap));
  return [...keylessUri, ...paths];
}

function pathMap(route: SurfaceRoute): Directive {
  const left = `left_${route.identifier}`;
  const escaped = exactly(route.path).slice(1, -1);
  const pattern = route.match === "prefix" ? `${escaped}(?<${left}>.*)$` : `${escaped}(?<${left}>\\?.*)?$`;
  return block(
    "map",
    ["$keyless_uri", variable(route)],
    [directive("default", ""), directive(`~${pattern}`, `${route.target}$${left}`)],
  );
}

/** The locations of one host name. */
export function surfaceLocations(model: GatewayModel, { routes, blocked }: Surface): Directive[] {
  return [
    ...blocked.map((path) =>
      block("location", [path], [directive("set", "$route", "blocked"), preflight, directive("return", 403)]),
    ),
    ...routes.map((route) => routeLocation(model, route)),
  ];
}

function routeLocation(model: GatewayModel, route: SurfaceRoute): Directive {
  const { match, path, label, upstream, access, headers, traffic = "request", limit = "api" } = route;
  return block("location", match === "exact" ? ["=", path] : [path], [
    directive("set", "$route", label),
    ...routeLimit(model, limit),
    preflight,
    ...requireAccess(access),
    ...requireOrigin(traffic),
    block("if", [`(${variable(route)}`, "=", "", ")"], [directive("return", 404)]),
    directive("proxy_pass", `http://${upstream.name}${variable(route)}`),
    ...(headers === undefined ? [] : proxyHeaders({ ...headers, ...trafficHeaders[traffic] })),
    ...trafficDirectives[traffic](model.uploadLimit),
    ...hideUpstreamCors,
  ]);
}

const trafficHeaders: Readonly<Record<Traffic, Readonly<Record<string, string>>>> = {
  request: {},
  session: {},
  websocket: { Upgrade: "$http_upgrade", Connection: "$connection_upgrade" },
  upload: {},
  function: {},
};

/** Multipart forms are a little larger than the file in them. */
const formOverhead = 1024 ** 2;

const timeouts = (time: string): Directive[] =>
  ["proxy_read_timeout", "proxy_send_timeout"].map((name) => directive(name, time));

const trafficDirectives: Readonly<Record<Traffic, (uploadLimit: number) => Directive[]>> = {
  request: () => [],
  // A session may be several cookies of 4 kB each.
  session: () => [
    directive("proxy_buffer_size", "128k"),
    directive("proxy_buffers", "4", "256k"),
    directive("proxy_busy_buffers_size", "256k"),
  ],
  // Clients send a heartbeat every 25 seconds; an hour is what Supabase's own gateways wait.
  websocket: () => [...timeouts("3600s"), directive("proxy_buffering", "off")],
  // A file goes through as it comes, and never to this container's memory.
  upload: (limit) => [
    directive("client_max_body_size", limit + formOverhead),
    directive("proxy_request_buffering", "off"),
    directive("proxy_buffering", "off"),
    ...timeouts("300s"),
  ],
  // The runtime ends a function after 400 seconds by itself.
  function: () => [...timeouts("410s"), directive("proxy_buffering", "off")],
};
