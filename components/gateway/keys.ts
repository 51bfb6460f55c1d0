import type { GatewayModel } from "./model.js";
import { block, type Directive, directive, exactly, map } from "./nginx.js";

/** The key of a request, the role it stands for, and the Authorization header that follows from both. */
export function keyMaps({ keys }: GatewayModel): Directive[] {
  return [
    map("$http_apikey", "$api_key", { "": "$arg_apikey", default: "$http_apikey" }),
    map("$api_key", "$api_role", {
      default: "",
      [exactly(keys.anon)]: "anon",
      [exactly(keys.serviceRole)]: "service_role",
    }),
    // A client that shows only its key speaks as the key's role; a user's own token is kept.
    map("$http_authorization", "$authorization", { "": "Bearer $api_key", default: "$http_authorization" }),
  ];
}

/** Requests without a known key end here. */
export const requireKey: Directive = block("if", ["($api_role", "=", "", ")"], [directive("return", 401)]);
