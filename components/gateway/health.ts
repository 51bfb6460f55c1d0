import { controlSocket, type GatewayModel, type HealthCheck } from "./model.js";
import { answer, block, type Directive, directive, map } from "./nginx.js";

const folder = "/upstreams/";
const path = ({ name }: HealthCheck): string => folder + name;
const pool = ({ name }: HealthCheck): string => `health_${name}`;

type Checks = Pick<GatewayModel, "health">;

/** Longest that a service may take to say that it is well. */
const patience = ["proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout"].map((name) =>
  directive(name, "1s"),
);

/** What http has for the states of services: their addresses, the two words, and a short memory. */
export function healthDirectives({ health }: Checks): Directive[] {
  const words = (state: string) => ({ default: state, html: `<b class="${state}">${state}</b>` });
  return [
    // So that a flood of visits is not a flood of checks.
    directive("proxy_cache_path", "/tmp/upstreams", "keys_zone=upstreams:64k", "max_size=1m", "inactive=10s"),
    map("$arg_as", "$state_up", words("up")),
    map("$arg_as", "$state_down", words("down")),
    map("$arg_as", "$state_unknown", words("unknown")),
    ...health.map((check) =>
      block(
        "upstream",
        [pool(check)],
        [
          directive("zone", pool(check), "64k"),
          directive("server", `${check.host}:${String(check.port)}`, "resolve", "max_fails=0"),
        ],
      ),
    ),
  ];
}

const say = (name: string, text: string): Directive =>
  block(
    "location",
    [name],
    [block("types", [], []), directive("default_type", "text/plain"), directive("return", 200, text)],
  );

/**
 * On the control socket: `/upstreams/NAME` says `up` or `down` in words of its own. What a service answers stays in a
 * subrequest that is asked for its status alone.
 */
export const healthChecks = ({ health }: Checks): Directive[] => [
  ...health.flatMap((check) => [
    block(
      "location",
      ["=", path(check)],
      [
        directive("auth_request", `/checks/${check.name}`),
        directive("error_page", 401, 403, 500, "=200", "@down"),
        directive("try_files", "/up", "@up"),
      ],
    ),
    block(
      "location",
      ["=", `/checks/${check.name}`],
      [
        directive("internal"),
        directive("proxy_pass", `http://${pool(check)}${check.path}`),
        directive("proxy_method", "GET"),
        directive("proxy_pass_request_headers", "off"),
        directive("proxy_pass_request_body", "off"),
        directive("proxy_set_header", "Host", check.host),
        ...patience,
        directive("proxy_next_upstream_timeout", "1s"),
        // Known failures as one status, which auth_request does not log as an error of its own.
        directive("proxy_intercept_errors", "on"),
        directive("error_page", 404, 500, 502, 503, 504, "=403", "@refused"),
      ],
    ),
  ]),
  block("location", ["@refused"], [directive("return", 403)]),
  say("@up", "$state_up"),
  say("@down", "$state_down"),
];

/** `/upstreams/NAME` for a server's own pages, which include it: asked anew every five seconds at most. */
export const statesLocations: readonly Directive[] = [
  block(
    "location",
    ["^~", folder],
    [
      directive("internal"),
      // Through the socket, because nginx makes no check before a subrequest that a page includes.
      directive("proxy_pass", `http://unix:${controlSocket}:${folder}`),
      directive("proxy_method", "GET"),
      directive("proxy_pass_request_headers", "off"),
      directive("proxy_pass_request_body", "off"),
      directive("proxy_set_header", "Host", "gateway"),
      directive("proxy_read_timeout", "3s"),
      directive("proxy_cache", "upstreams"),
      directive("proxy_cache_key", "$uri$is_args$args"),
      directive("proxy_cache_valid", 200, "5s"),
      directive("proxy_cache_lock", "on"),
      // One visit asks anew; those that come meanwhile get what was known, as the lock is only for what was not.
      directive("proxy_cache_use_stale", "updating"),
      directive("proxy_intercept_errors", "on"),
      directive("error_page", 500, 502, 503, 504, "=200", "@unknown"),
    ],
  ),
  say("@unknown", "$state_unknown"),
];

/** What includes the state of one service as a marked word in a page of `ssi on`. */
export const includeState = (name: string): string => `<!--# include virtual="${folder}${name}?as=html" -->`;

/** `/upstreams`: the state of every service by its name, as JSON. */
export function upstreamsDocument({ health }: Checks): Directive[] {
  const states = health.map(({ name }) => `"${name}":"<!--# include virtual="${folder}${name}" -->"`);
  return [
    block(
      "location",
      ["=", "/upstreams"],
      [
        directive("default_type", "application/json"),
        directive("add_header_inherit", "merge"),
        directive("add_header", "Cache-Control", "no-store"),
        directive("ssi", "on"),
        directive("ssi_types", "application/json"),
        answer(200, [`{${states.join(",")}}`]),
      ],
    ),
    ...statesLocations,
  ];
}
