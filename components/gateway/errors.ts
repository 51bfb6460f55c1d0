import { block, type Directive, directive } from "./nginx.js";

/** What the gateway itself answers instead of a service, by status. */
const messages: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "No API key found in request, or the key is not known",
  403: "This key does not open this route",
  404: "There is no such route",
  413: "Request body too large",
  414: "Request URI too long",
  502: "The service gave no valid answer",
  503: "The service is not available",
  504: "The service did not answer in time",
};

/** Errors as JSON with the request's id; they keep the server's security and CORS headers. */
export const jsonErrors: readonly Directive[] = Object.entries(messages).flatMap(([status, message]) => [
  directive("error_page", status, `@error_${status}`),
  block(
    "location",
    [`@error_${status}`],
    [
      directive("default_type", "application/json"),
      directive("return", status, JSON.stringify({ message, request_id: "$request_id" })),
    ],
  ),
]);
