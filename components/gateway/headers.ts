import type { GatewayModel } from "./model.js";
import { type Directive, directive, map } from "./nginx.js";

type Csp = Readonly<Record<string, readonly string[]>>;

/** `default-src 'self'; base-uri 'none'` from a table of directives. */
export function renderCsp(csp: Csp): string {
  return Object.entries(csp)
    .map(([name, sources]) => [name, ...sources].join(" "))
    .join("; ");
}

/** The frontend's policy: strict allows what its own origin serves, relaxed what development tools inject. */
function frontendCsp({ csp, urls }: GatewayModel): Csp {
  const strict: Csp = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'", urls.api, urls.api.replace(/^http/, "ws")],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  };
  const relaxed: Csp = {
    ...strict,
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["*", "data:", "blob:"],
    "connect-src": ["*"],
  };
  return csp === "strict" ? strict : relaxed;
}

/** An API's answers are data: nothing in them may run or be framed. */
const apiCsp: Csp = { "default-src": ["'none'"], "frame-ancestors": ["'none'"] };

/** Headers of OWASP's Secure Headers Project that fit every answer. */
const common: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "X-Permitted-Cross-Domain-Policies": "none",
  "Strict-Transport-Security": "$hsts",
};

/** Which instance gave an answer, and how long it took. */
const debugHeaders: Readonly<Record<GatewayModel["debugHeaders"], Readonly<Record<string, string>>>> = {
  shown: { "X-Upstream-Address": "$upstream_addr", "X-Upstream-Response-Time": "$upstream_response_time" },
  hidden: {},
};

/** That the same port speaks HTTP/3 too (RFC 7838). */
const alternative = ({ http3 }: GatewayModel, url: string): Readonly<Record<string, string>> =>
  http3 === "on" ? { "Alt-Svc": `h3=":${new URL(url).port || "443"}"; ma=86400` } : {};

const surfaces = {
  frontend: (model: GatewayModel) => ({
    ...common,
    ...alternative(model, model.urls.frontend),
    "Content-Security-Policy": renderCsp(frontendCsp(model)),
    "Cross-Origin-Resource-Policy": "same-origin",
  }),
  api: (model: GatewayModel) => ({
    ...common,
    ...alternative(model, model.urls.api),
    ...debugHeaders[model.debugHeaders],
    "X-Request-Id": "$request_id",
    "Content-Security-Policy": renderCsp(apiCsp),
    "Cross-Origin-Resource-Policy": "cross-origin",
  }),
};

/** The security headers of one surface; on a server, so that no location loses them by adding its own. */
export function securityHeaders(surface: keyof typeof surfaces, model: GatewayModel): Directive[] {
  const headers = surfaces[surface](model);
  return Object.entries(headers).map(([name, value]) => directive("add_header", name, value, "always"));
}

/**
 * HSTS for two years, where it can be kept: a browser that once saw it never speaks HTTP to that name
 * again, so not for loopback names, and not while HTTP is served.
 */
export function hstsMap({ http }: GatewayModel): Directive {
  const value = http === "serve" ? "" : "max-age=63072000; includeSubDomains";
  return map("$host", "$hsts", { default: value, localhost: "", "127.0.0.1": "", "[::1]": "" });
}
