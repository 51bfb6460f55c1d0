import type { GatewayModel } from "./model.js";
import { block, type Directive, directive } from "./nginx.js";

/** Whose address a request has: the connection's, or what a trusted proxy in front says. */
export function clientAddress({ trustedProxies }: GatewayModel): Directive[] {
  if (trustedProxies.length === 0) return [];
  return [
    ...trustedProxies.map((range) => directive("set_real_ip_from", range)),
    directive("real_ip_header", "X-Forwarded-For"),
    directive("real_ip_recursive", "on"),
  ];
}

/** Whether a client may reach the gateway at all; nothing where everyone may. */
export function allowedClients({ allow }: GatewayModel): Directive[] {
  if (allow.length === 0) return [];
  return [
    block(
      "geo",
      ["$client_allowed"],
      [directive("default", 0), ...allow.map((range) => directive(range, 1))],
    ),
  ];
}

/** Closes the connection of a client that is not allowed, before any location is looked for. */
export function requireAllowed({ allow }: GatewayModel): Directive[] {
  if (allow.length === 0) return [];
  return [block("if", ["($client_allowed", "=", "0", ")"], [directive("return", 444)])];
}
