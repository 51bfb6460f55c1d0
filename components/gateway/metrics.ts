import { upstreamsDocument } from "./health.js";
import { type GatewayModel, internalListen } from "./model.js";
import { block, type Directive, directive, map } from "./nginx.js";

/** A request's sizes, and what it is counted by: few different values, so that lines can be counted as they are. */
const line = "$bytes_sent|$request_length|$route|$request_method|$status|$request_time|$upstream_header_time";

/**
 * Counts every request. The lines go to one of two files by turns of ten seconds: the one at rest is emptied
 * when it has been read, so no line is lost and memory holds those of some seconds.
 */
export const requestCounts = (generation: string): Directive[] => [
  map("", "$generation", { default: generation }),
  directive("js_shared_dict_zone", "zone=metrics:1m", "type=number"),
  directive("js_shared_dict_zone", "zone=metrics_readers:32k", "type=number", "timeout=5s"),
  // The tens of seconds.
  map("$msec", "$first_turn", { default: "", "~[02468][0-9][.]": "1" }),
  map("$first_turn", "$second_turn", { default: "", "": "1" }),
  directive("log_format", "requests", line),
  ...["$first_turn", "$second_turn"].map((turn, slot) =>
    directive(
      "access_log",
      `/tmp/requests.${String(slot)}`,
      "requests",
      "buffer=16k",
      "flush=1s",
      `if=${turn}`,
    ),
  ),
];

/** Prometheus's text format, for the network alone. */
export const metricsServer = (model: GatewayModel): Directive =>
  block(
    "server",
    [],
    [
      directive("listen", internalListen.metrics),
      directive("access_log", "off"),
      directive("error_log", "/dev/stderr", "warn"),
      block("location", ["=", "/metrics"], [directive("js_content", "metrics.show")]),
      block("location", ["@collect"], [directive("js_periodic", "metrics.collect", "interval=100ms")]),
      ...upstreamsDocument(model),
    ],
  );
