import type { Directive } from "../../components/gateway/nginx.js";

/** Something that the gateway's configuration does beyond a plain proxy's, and how to leave it out. */
export interface Feature {
  readonly name: string;
  /** What stands in place of a directive; the directive itself, where it has nothing to do with the feature. */
  readonly without: (one: Directive) => readonly Directive[];
}

const off = (name: string, matches: (one: Directive) => boolean): Feature => ({
  name,
  without: (one) => (matches(one) ? [] : [one]),
});

const isHeader = (one: Directive, pattern: RegExp): boolean =>
  one.name === "add_header" && pattern.test(one.args[0] ?? "");

/** A condition on a variable, such as `if ($api_role = "")`. */
const asks = (one: Directive, variable: string): boolean =>
  one.name === "if" && one.args.some((word) => word.replace(/^\(/, "") === variable);

const logsTo = (one: Directive, start: string): boolean =>
  one.name === "access_log" && (one.args[0] ?? "").startsWith(start);

const limitHeader = /^RateLimit-Policy$/;
const corsHeader = /^(Access-Control-|Vary$)/;
const securityHeader =
  /^(X-(Content|Frame|Permitted)|Referrer|Permissions|Cross-Origin|Strict|Content-Security)/;
const upstreamCors = (one: Directive): boolean =>
  one.name === "proxy_hide_header" && corsHeader.test(one.args[0] ?? "");
const forwarded = /^(X-|Authorization$|Host$)/;

/** Each is taken away by itself; what the gateway then gains is what the feature costs. */
export const features: readonly Feature[] = [
  {
    name: "access log",
    without: (one) => (logsTo(one, "/dev/stdout") ? [] : [one]),
  },
  off("metrics", (one) => one.name === "js_periodic" || logsTo(one, "/tmp/requests.")),
  off("security headers", (one) => isHeader(one, securityHeader)),
  off("CORS", (one) => isHeader(one, corsHeader) || upstreamCors(one) || asks(one, "$request_method")),
  off("key check", (one) => asks(one, "$api_role")),
  off("limits", (one) => /^limit_(req|conn)$/.test(one.name) || isHeader(one, limitHeader)),
  off("headers to services", (one) => one.name === "proxy_set_header" && forwarded.test(one.args[0] ?? "")),
  {
    // The path as nginx decoded it, instead of the client's own spelling of it.
    name: "raw paths",
    without: (one) => {
      if (one.name === "if" && (one.args[0] ?? "").startsWith("($target_")) return [];
      return one.name === "proxy_pass"
        ? [{ ...one, args: [(one.args[0] ?? "").replace(/\$.*/, "/")] }]
        : [one];
    },
  },
  off("buffers", (one) =>
    /^(proxy_(buffer_size|buffers|busy_buffers_size)|large_client_header_buffers)$/.test(one.name),
  ),
  off("retries", (one) => /^proxy_next_upstream/.test(one.name)),
];

function rewrite(directives: readonly Directive[], { without }: Feature): Directive[] {
  return directives.flatMap(without).map((one) => {
    const { children } = one;
    return children === undefined ? one : { ...one, children: rewrite(children, { name: "", without }) };
  });
}

/**
 * A configuration without a feature.
 * @throws Error when the configuration does not have the feature: what is left out would be nothing
 */
export function withoutFeature(directives: readonly Directive[], feature: Feature): Directive[] {
  const rest = rewrite(directives, feature);
  if (JSON.stringify(rest) === JSON.stringify(directives))
    throw new Error(`nothing in the gateway's configuration is "${feature.name}"`);
  return rest;
}
