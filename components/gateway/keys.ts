import type { GatewayModel, Route } from "./model.js";
import { block, type Directive, directive, exactly, map } from "./nginx.js";

/** The key of a request, the role it stands for, and the Authorization header that follows from both. */
export function keyMaps({ keys }: GatewayModel): Directive[] {
  const roles = { default: "", [exactly(keys.anon)]: "anon", [exactly(keys.serviceRole)]: "service_role" };
  return [
    // nginx goes over a whole key once for every map that it is looked up in: only what is asked for is looked up.
    map("$http_apikey", "$api_role", { "": "$query_role", ...roles }),
    map("$arg_apikey", "$query_role", roles),
    map("$http_apikey", "$api_key", { "": "$arg_apikey", default: "$http_apikey" }),
    map("$api_role", "$key_authorization", { "": "", default: "Bearer $api_key" }),
    // A client that shows only its key speaks as the key's role; a user's own token is kept.
    map("$http_authorization", "$authorization", {
      "": "$key_authorization",
      default: "$http_authorization",
    }),
  ];
}

const refuse = (condition: readonly string[], status: number): Directive =>
  block("if", ["($api_role", ...condition, ")"], [directive("return", status)]);

const withoutKey = refuse(["=", ""], 401);

const access: Readonly<Record<Route["access"], readonly Directive[]>> = {
  open: [],
  key: [withoutKey],
  service_role: [withoutKey, refuse(["!=", "service_role"], 403)],
};

/** Requests that may not pass end here. */
export const requireAccess = (kind: Route["access"]): readonly Directive[] => access[kind];
