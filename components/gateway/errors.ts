import { retryAfter } from "./limits.js";
import type { GatewayModel } from "./model.js";
import { block, type Directive, directive } from "./nginx.js";
import { forbiddenMessage } from "./waf.js";

interface OwnError {
  readonly message: string;
  /** nginx's own codes that end as this one. @default - the status itself */
  readonly from?: readonly number[];
}

/** What the gateway itself answers instead of a service, by status. */
const errors: Readonly<Record<number, OwnError>> = {
  // 497 is plain HTTP on a port of HTTPS.
  400: { message: "Bad request", from: [400, 497] },
  401: { message: "No API key found in request, or the key is not known" },
  403: { message: "This request is not allowed on this route" },
  404: { message: "There is no such route" },
  405: { message: "This method is not allowed" },
  408: { message: "The request did not arrive in time" },
  413: { message: "Request body too large" },
  414: { message: "Request URI too long" },
  421: { message: "This host name is not served here" },
  429: { message: "Too many requests" },
  431: { message: "Request header fields too large", from: [494] },
  500: { message: "The gateway failed" },
  // A service that is gone, or that broke off: to a client both mean to come again.
  503: { message: "The service is not available", from: [502, 503] },
  504: { message: "The service did not answer in time" },
};

const path = (status: string): string => `/.errors/${status}`;

/**
 * Errors as JSON with the request's id; they keep the server's security and CORS headers. They are found by path and
 * not by name: nginx has no named locations for a request whose first line it could not read.
 */
export function jsonErrors(model: GatewayModel): Directive[] {
  return Object.entries(errors).flatMap(([status, { message, from = [Number(status)] }]) => [
    directive("error_page", ...from, `=${status}`, path(status)),
    block(
      "location",
      ["=", path(status)],
      [
        directive("internal"),
        directive("default_type", "application/json"),
        ...(status === "429" ? retryAfter(model) : []),
        directive(
          "return",
          status,
          JSON.stringify({
            message: status === "403" ? forbiddenMessage(model, message) : message,
            request_id: "$request_id",
          }),
        ),
      ],
    ),
  ]);
}
