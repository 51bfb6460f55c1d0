import { hideUpstreamCors, preflight } from "./cors.js";
import { requireKey } from "./keys.js";
import type { GatewayModel, Route, Upstream } from "./model.js";
import { block, type Directive, directive } from "./nginx.js";

const variable = (prefix: string): string => `$path${prefix.replaceAll(/[^a-z0-9]/g, "_")}`;

/** Pools of the services; a name is looked up while nginx runs, so that it starts before them and finds their successors. */
export function upstreams(model: GatewayModel): Directive[] {
  const byName = new Map(model.routes.map(({ upstream }) => [upstream.name, upstream]));
  return [...byName.values()].map(({ name, port }: Upstream) =>
    block(
      "upstream",
      [name],
      [
        directive("zone", name, "64k"),
        directive("server", `${name}:${String(port)}`, "resolve", "max_fails=0"),
        directive("keepalive", 32),
      ],
    ),
  );
}

/** The raw URI without a key in its query, which a service would take for a parameter of its own. */
const keylessUri: Directive = block(
  "map",
  ["$request_uri", "$keyless_uri"],
  [
    directive("default", "$request_uri"),
    directive("~^(?<key_alone>[^?]*)\\?apikey=[^&]*$", "$key_alone"),
    directive("~^(?<key_head>[^?]*\\?)apikey=[^&]*&(?<key_tail>.*)$", "$key_head$key_tail"),
    directive("~^(?<key_before>[^?]*\\?.*)&apikey=[^&]*(?<key_after>.*)$", "$key_before$key_after"),
  ],
);

/**
 * The path as a service sees it: the raw URI less the route's prefix. The raw one, because object names
 * hold encoded slashes and S3 signatures cover every byte.
 */
export function pathMaps({ routes }: GatewayModel): Directive[] {
  const paths = routes.map(({ prefix }) =>
    block(
      "map",
      ["$keyless_uri", variable(prefix)],
      [
        directive("default", "/"),
        directive(
          `~^${prefix}(?<rest_of${variable(prefix).slice(1)}>/.*)$`,
          `$rest_of${variable(prefix).slice(1)}`,
        ),
      ],
    ),
  );
  return [keylessUri, ...paths];
}

/** The locations of the API. */
export function apiLocations({ routes }: GatewayModel): Directive[] {
  return routes.map(routeLocation);
}

function routeLocation({ prefix, upstream }: Route): Directive {
  return block(
    "location",
    [`${prefix}/`],
    [
      preflight,
      requireKey,
      directive("proxy_pass", `http://${upstream.name}${variable(prefix)}`),
      ...hideUpstreamCors,
    ],
  );
}

/** How every request is passed on. A location that set one header of its own would lose all of these. */
export const proxyDirectives: readonly Directive[] = [
  directive("proxy_http_version", "1.1"),
  directive("proxy_set_header", "Authorization", "$authorization"),
  directive("proxy_set_header", "Connection", ""),
  directive("proxy_set_header", "Host", "$host"),
  directive("proxy_set_header", "X-Request-Id", "$request_id"),
  directive("proxy_set_header", "X-Real-IP", "$remote_addr"),
  directive("proxy_set_header", "X-Forwarded-For", "$remote_addr"),
  directive("proxy_set_header", "X-Forwarded-Proto", "$scheme"),
  directive("proxy_set_header", "X-Forwarded-Host", "$http_host"),
  directive("proxy_connect_timeout", "2s"),
  // GoTrue's cookies are larger than the default buffers.
  directive("proxy_buffer_size", "128k"),
  directive("proxy_buffers", "4", "256k"),
  directive("proxy_busy_buffers_size", "256k"),
];
