import { type GatewayModel, type LimitClass, limitClasses } from "./model.js";
import { type Directive, directive, map } from "./nginx.js";

/** About 160,000 clients fit into one of these. */
const zoneSize = "10m";

/** Requests that may come at once, before the rate counts: ten seconds' worth. */
const burst = (perMinute: number): number => Math.max(1, Math.ceil(perMinute / 6));

const request = (kind: LimitClass, perMinute: number): Directive =>
  directive("limit_req", `zone=limit_${kind}`, `burst=${String(burst(perMinute))}`, "nodelay");

/** What is counted, and what is said of it. */
export function limitZones({ limits }: GatewayModel): Directive[] {
  if (limits === "off") return [];
  const each = (value: (perMinute: number, kind: LimitClass) => string): Record<string, string> =>
    Object.fromEntries(limitClasses.map((kind) => [kind, value(limits[kind], kind)]));
  return [
    ...limitClasses.map((kind) =>
      directive(
        "limit_req_zone",
        "$binary_remote_addr",
        `zone=limit_${kind}:${zoneSize}`,
        `rate=${String(limits[kind])}r/m`,
      ),
    ),
    directive("limit_conn_zone", "$binary_remote_addr", `zone=limit_connections:${zoneSize}`),
    directive("limit_req_status", 429),
    directive("limit_conn_status", 429),
    directive("limit_req_log_level", "info"),
    directive("limit_conn_log_level", "info"),
    // draft-ietf-httpapi-ratelimit-headers: the quota of a window, and the window's seconds.
    map("$limit_class", "$rate_limit_policy", {
      default: "",
      ...each((perMinute, kind) => `"${kind}";q=${String(perMinute)};w=60`),
    }),
    // Until there is room for one request more.
    map("$limit_class", "$retry_after", {
      default: "1",
      ...each((perMinute) => String(Math.ceil(60 / perMinute))),
    }),
  ];
}

/** The limits of a server; its locations inherit them. */
export function serverLimits({ limits }: GatewayModel): Directive[] {
  if (limits === "off") return [];
  return [
    directive("limit_conn", "limit_connections", limits.connections),
    request("api", limits.api),
    directive("add_header", "RateLimit-Policy", "$rate_limit_policy", "always"),
  ];
}

/** The limit of one route; another class than `api` takes the place of the server's. */
export function routeLimit({ limits }: GatewayModel, kind: LimitClass): Directive[] {
  if (limits === "off") return [];
  const own = kind === "api" ? [] : [request(kind, limits[kind])];
  return [directive("set", "$limit_class", kind), ...own];
}

/** When to come again, beside the headers that every answer has. */
export const retryAfter = ({ limits }: GatewayModel): Directive[] =>
  limits === "off"
    ? []
    : [
        directive("add_header_inherit", "merge"),
        directive("add_header", "Retry-After", "$retry_after", "always"),
      ];
