import { upstreamsDocument } from "./health.js";
import { type GatewayModel, internalListen } from "./model.js";
import { answer, block, type Directive, directive } from "./nginx.js";

const states = ["active", "reading", "writing", "waiting"] as const;

const gauge = (state: string): string[] => [
  `# HELP nginx_connections_${state} Connections of clients, as nginx's stub_status counts them`,
  `# TYPE nginx_connections_${state} gauge`,
  `nginx_connections_${state} $connections_${state}`,
];

/** Prometheus's text format, for the network alone. */
export const metricsServer = (model: GatewayModel): Directive =>
  block(
    "server",
    [],
    [
      directive("listen", internalListen.metrics),
      directive("access_log", "off"),
      block(
        "location",
        ["=", "/metrics"],
        [directive("default_type", "text/plain; version=0.0.4"), answer(200, states.flatMap(gauge))],
      ),
      ...upstreamsDocument(model),
    ],
  );
