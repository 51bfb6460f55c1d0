import type { GatewayModel, Traffic } from "./model.js";
import { block, type Directive, directive, map } from "./nginx.js";

/** Headers that services send themselves; two of a kind would make browsers refuse the answer. */
const upstreamHeaders = [
  "Access-Control-Allow-Origin",
  "Access-Control-Allow-Credentials",
  "Access-Control-Allow-Headers",
  "Access-Control-Allow-Methods",
  "Access-Control-Expose-Headers",
  "Access-Control-Max-Age",
];

const isOpen = ({ origins }: GatewayModel): boolean => origins.includes("*");

/** Variables of the CORS answer: an origin is allowed by exact comparison, never by a pattern. */
export function corsMaps(model: GatewayModel): Directive[] {
  const allowed = Object.fromEntries(model.origins.map((origin) => [origin, origin]));
  return [
    map("$http_origin", "$cors_origin", isOpen(model) ? { default: "*" } : { default: "", ...allowed }),
    // A client that is no browser sends no origin; a page's origin must be a listed one.
    map("$http_origin", "$socket_refused", {
      default: isOpen(model) ? "0" : "1",
      "": "0",
      ...Object.fromEntries(model.origins.filter((one) => one !== "*").map((one) => [one, "0"])),
    }),
    // Only a preflight carries what it allows; nginx leaves a header out whose value is empty.
    map("$request_method", "$cors_methods", {
      default: "",
      OPTIONS: "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD",
    }),
    map("$request_method", "$cors_headers", { default: "", OPTIONS: "$http_access_control_request_headers" }),
    map("$request_method", "$cors_max_age", { default: "", OPTIONS: "3600" }),
  ];
}

/** The CORS headers of a server's answers, errors included. */
export function corsHeaders(model: GatewayModel): Directive[] {
  const headers: Readonly<Record<string, string>> = {
    "Access-Control-Allow-Origin": "$cors_origin",
    "Access-Control-Allow-Methods": "$cors_methods",
    "Access-Control-Allow-Headers": "$cors_headers",
    "Access-Control-Max-Age": "$cors_max_age",
    "Access-Control-Expose-Headers": "Content-Range, X-Request-Id",
    ...(isOpen(model) ? {} : { Vary: "Origin" }),
  };
  return Object.entries(headers).map(([name, value]) => directive("add_header", name, value, "always"));
}

/** A preflight is answered before any key is asked for: browsers send none with it. */
export const preflight: Directive = block(
  "if",
  ["($request_method", "=", "OPTIONS", ")"],
  [directive("return", 204)],
);

export const hideUpstreamCors: readonly Directive[] = upstreamHeaders.map((name) =>
  directive("proxy_hide_header", name),
);

/** CORS does not cover WebSockets: whoever opens one is asked for the page's origin (cross-site WebSocket hijacking). */
export const requireOrigin = (traffic: Traffic): readonly Directive[] =>
  traffic === "websocket"
    ? [block("if", ["($socket_refused", "=", "1", ")"], [directive("return", 403)])]
    : [];
