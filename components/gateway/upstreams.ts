import type { GatewayModel, Upstream } from "./model.js";
import { block, type Directive, directive } from "./nginx.js";

/**
 * Pools of the services. A name is looked up while nginx runs, so that it starts before them and finds their
 * successors; every instance of a service answers to the service's name.
 */
export function upstreams({ routes, instances }: GatewayModel): Directive[] {
  const byName = new Map(routes.map(({ upstream }) => [upstream.name, upstream]));
  return [...byName.values()].map((upstream) => pool(upstream, instances[upstream.name] ?? 1));
}

/** A failing instance is left out for a while; a single one never is, as nothing could take its place. */
const ejection = (instances: number): string[] =>
  instances > 1 ? ["max_fails=1", "fail_timeout=5s"] : ["max_fails=0"];

const pool = ({ name, port }: Upstream, instances: number): Directive =>
  block(
    "upstream",
    [name],
    [
      directive("zone", name, "128k"),
      directive("server", `${name}:${String(port)}`, "resolve", ...ejection(instances)),
      directive("keepalive", 32),
    ],
  );

/** A request that can be repeated goes to another instance once, when the first gave no answer of its own. */
export const retryDirectives: readonly Directive[] = [
  directive("proxy_next_upstream", "error", "timeout", "http_502", "http_503", "http_504"),
  directive("proxy_next_upstream_tries", 2),
  directive("proxy_next_upstream_timeout", "10s"),
];
