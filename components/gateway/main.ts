import { allowedClients, clientAddress } from "./clients.js";
import { corsMaps } from "./cors.js";
import { hstsMap } from "./headers.js";
import { keyMaps } from "./keys.js";
import { limitZones } from "./limits.js";
import { frontendMaps } from "./frontend.js";
import { healthChecks, healthDirectives } from "./health.js";
import { accessLog } from "./log.js";
import { metricsServer, requestCounts } from "./metrics.js";
import { controlSocket, type GatewayModel } from "./model.js";
import { block, type Directive, directive, render } from "./nginx.js";
import { proxyDirectives } from "./proxy.js";
import { pathMaps } from "./routes.js";
import { importScripts, loadScripting } from "./scripts.js";
import { servers } from "./servers.js";
import { tlsDirectives } from "./tls.js";
import { upstreams } from "./upstreams.js";
import { firewallDirectives, firewallModules } from "./waf.js";

/** The gateway's process: everything it writes is in memory, as its root is read-only. */
const processDirectives = ({ drainSeconds }: GatewayModel): Directive[] => [
  loadScripting,
  directive("worker_processes", "auto"),
  directive("pid", "/tmp/nginx.pid"),
  // Patterns of maps are looked for in every request; interpreted they cost three times as much.
  directive("pcre_jit", "on"),
  directive("error_log", "/dev/stderr", "warn"),
  directive("worker_rlimit_nofile", 8192),
  // Workers of an earlier configuration keep their connections for so long.
  directive("worker_shutdown_timeout", `${String(drainSeconds)}s`),
  block("events", [], [directive("worker_connections", 4096)]),
];

const httpDirectives: readonly Directive[] = [
  directive("include", "/etc/nginx/mime.types"),
  directive("default_type", "application/octet-stream"),
  directive("server_tokens", "off"),
  // API keys are long map keys.
  directive("map_hash_bucket_size", 1024),
  directive("map_hash_max_size", 4096),
  // A route's variables are named after its path.
  directive("variables_hash_bucket_size", 256),
  directive("variables_hash_max_size", 4096),
  directive("large_client_header_buffers", 4, "16k"),
  // Without it a reload resets requests on kept-alive HTTP/1.1 connections.
  directive("keepalive_min_timeout", "5s"),
  directive("client_header_timeout", "10s"),
  directive("client_body_timeout", "30s"),
  directive("send_timeout", "30s"),
  // A route's name and its limits are set where it is found; nginx's own refusals come before that.
  directive("uninitialized_variable_warn", "off"),
  directive("sendfile", "on"),
  ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) =>
    directive(`${kind}_temp_path`, `/tmp/${kind}`),
  ),
  // Docker's embedded DNS server; short, so that a replaced container is found within seconds.
  directive("resolver", "127.0.0.11", "valid=1s", "ipv6=off"),
];

const control = (generation: string, model: GatewayModel): Directive =>
  block(
    "server",
    [],
    [
      directive("listen", `unix:${controlSocket}`),
      directive("access_log", "off"),
      block("location", ["=", "/generation"], [directive("return", 200, generation)]),
      ...healthChecks(model),
    ],
  );

/**
 * The whole nginx.conf.
 * @param generation names this configuration on the control socket
 */
export function renderNginx(model: GatewayModel, generation: string): string {
  return render([
    ...firewallModules(model).map((module) => directive("load_module", `/etc/nginx/modules/${module}`)),
    ...processDirectives(model),
    block(
      "http",
      [],
      [
        ...httpDirectives,
        ...importScripts,
        ...accessLog,
        ...requestCounts(generation),
        ...firewallDirectives(model),
        ...clientAddress(model),
        ...allowedClients(model),
        ...tlsDirectives(model),
        ...proxyDirectives,
        hstsMap(model),
        ...corsMaps(model),
        ...keyMaps(model),
        ...limitZones(model),
        ...pathMaps(model),
        ...upstreams(model),
        ...healthDirectives(model),
        ...frontendMaps(model),
        control(generation, model),
        metricsServer(model),
        ...servers(model),
      ],
    ),
  ]);
}
