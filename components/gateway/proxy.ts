import { type Directive, directive, map } from "./nginx.js";
import { retryDirectives } from "./upstreams.js";

const usualHeaders: Readonly<Record<string, string>> = {
  Authorization: "$authorization",
  Connection: "",
  Host: "$host",
  "X-Request-Id": "$request_id",
  "X-Real-IP": "$remote_addr",
  "X-Forwarded-For": "$remote_addr",
  "X-Forwarded-Proto": "$scheme",
  "X-Forwarded-Host": "$http_host",
  "X-Forwarded-Port": "$forwarded_port",
};

/** All headers that a service gets from the gateway; a location that set one alone would lose the others. */
export const proxyHeaders = (own: Readonly<Record<string, string>> = {}): Directive[] =>
  Object.entries({ ...usualHeaders, ...own }).map(([name, value]) =>
    directive("proxy_set_header", name, value),
  );

/** What services say of their own making. */
const hiddenHeaders = ["X-Powered-By", "Via", "X-AspNet-Version", "X-Runtime"];

/** How every request is passed on. */
export const proxyDirectives: readonly Directive[] = [
  map("$scheme", "$scheme_port", { default: "80", https: "443" }),
  // The port that the client sees, which is not the container's own.
  map("$http_host", "$forwarded_port", { default: "$scheme_port", "~:(?<host_port>[0-9]+)$": "$host_port" }),
  map("$http_upgrade", "$connection_upgrade", { default: "upgrade", "": "" }),
  directive("proxy_http_version", "1.1"),
  ...proxyHeaders(),
  // Services are on this host's own bridge: one that has not answered by then is gone. Less would turn requests away when
  // the gateway itself has to wait for a processor, as 400 handshakes at once were seen to make it.
  directive("proxy_connect_timeout", "2s"),
  ...retryDirectives,
  ...hiddenHeaders.map((name) => directive("proxy_hide_header", name)),
  directive("client_max_body_size", "10m"),
  directive("proxy_buffer_size", "16k"),
  directive("proxy_buffers", "8", "16k"),
];
