// OWASP's Core Rule Set in front of the services: ModSecurity inside nginx.
import type { GatewayModel } from "./model.js";
import { block, type Directive, directive, map } from "./nginx.js";
import { commonExclusions, exclusionsOf } from "./waf/exclusions.js";
import { ordinaryModule, spelledUri, tellingUri } from "./waf/ordinary.js";
import { firewallRules, refusalStatus } from "./waf/rules.js";

type Model = Pick<GatewayModel, "waf">;

const refusal = "The request was refused by the web application firewall";

/** Where requests go that the rules need not see: the same locations once more, below a prefix that no client reaches. */
const ordinary = "/.ordinary";

/** Where a request is looked at without its body. */
const withoutBody = "/.inspection";

/** What a refused request is answered with. */
const refused = "/.errors/firewall";

/** Modules that nginx loads for the firewall. */
export const firewallModules = ({ waf }: Model): readonly string[] =>
  waf === "off" ? [] : ["ngx_http_modsecurity_module.so"];

/** Files of the generation besides nginx.conf. */
export const firewallFiles = ({ waf }: Model): Readonly<Record<string, string>> =>
  waf === "off" ? {} : { "waf/ordinary.js": ordinaryModule };

/** The rules, for all servers; they look at nothing until a location turns them on. */
export function firewallDirectives({ waf }: Model): Directive[] {
  if (waf === "off") return [];
  return [
    // The first that fits decides.
    map("$request_uri", "$waf_uri", {
      default: "inspect",
      [`~*${tellingUri}`]: "inspect",
      [`~${spelledUri}`]: "ordinary",
    }),
    directive("js_import", "ordinary", "from", "waf/ordinary.js"),
    directive("js_set", "$waf_verdict", "ordinary.verdict"),
    // nginx's own way to an error page or an inspection is never that of a client.
    block(
      "map",
      ["$uri", "$waf_way"],
      [directive("volatile"), directive("default", "$waf_verdict"), directive("~^/[.]", "inspect")],
    ),
    map("$waf_status", "$forbidden", {
      default: "This request is not allowed on this route",
      "403": refusal,
    }),
    directive("modsecurity_transaction_id", "$request_id"),
    ...[...firewallRules(waf), ...commonExclusions()].map(rule),
  ];
}

/** What a 403 of the API says: a refused upload ends as one too. */
export const forbiddenMessage = ({ waf }: Model, otherwise: string): string =>
  waf === "off" ? otherwise : "$forbidden";

/** The locations of an API server with the firewall before those that pass requests on. */
export function guarded({ waf }: Model, locations: readonly Directive[]): Directive[] {
  if (waf === "off") return [...locations];
  return [
    block("if", ["($waf_way", "=", "ordinary", ")"], [directive("rewrite", "^", `${ordinary}$uri`, "last")]),
    directive("error_page", refusalStatus, "=403", refused),
    block(
      "location",
      ["=", refused],
      [
        directive("internal"),
        // Where no route streams, nothing else makes the variable known.
        directive("set", "$waf_status", ""),
        directive("default_type", "application/json"),
        directive("return", 403, JSON.stringify({ message: refusal, request_id: "$request_id" })),
      ],
    ),
    ...locations.filter(streams).map(inspectionWithoutBody),
    ...locations.map(inspected),
    ...locations.map(passed),
  ];
}

/** With a line's end of its own: without it ModSecurity's parser is left in the middle of a word, and the next reload fails. */
const rule = (text: string): Directive => ({ name: "modsecurity_rules", args: [], lines: [text] });

const pathOf = ({ args }: Directive): string => args[args.length - 1] ?? "";

const has = ({ children = [] }: Directive, name: string, ...start: readonly string[]): boolean =>
  children.some((one) => one.name === name && start.every((arg, at) => one.args[at] === arg));

/** The directives of ModSecurity for the exclusions of a location's route. */
const exclusionsAt = ({ children = [] }: Directive): Directive[] => {
  const label = children.find(({ name, args }) => name === "set" && args[0] === "$route")?.args[1];
  return label === undefined ? [] : exclusionsOf(label).map(rule);
};

const streams = (location: Directive): boolean => has(location, "proxy_request_buffering", "off");

/**
 * A location whose requests meet the rules. ModSecurity reads a body to its end before it passes a request on, so for
 * uploads a subrequest is looked at in its place, which has the same URI and headers, and no body.
 */
function inspected(location: Directive): Directive {
  if (!has(location, "proxy_pass")) return location;
  const firewall = streams(location)
    ? [
        directive("auth_request", withoutBody + pathOf(location)),
        directive("auth_request_set", "$waf_status", "$status"),
      ]
    : [directive("modsecurity", "on"), ...exclusionsAt(location), ...quietErrors];
  return { ...location, children: [...firewall, ...(location.children ?? [])] };
}

/** Looks at the URI and headers of the requests to one location. */
function inspectionWithoutBody(location: Directive): Directive {
  return block(
    "location",
    ["=", withoutBody + pathOf(location)],
    [
      directive("internal"),
      directive("modsecurity", "on"),
      rule(bodyRules),
      ...exclusionsAt(location),
      ...quietErrors,
      // Anything that answers after the rules: `return` would come before them.
      directive("empty_gif"),
    ],
  );
}

/** The location again, for requests that were found ordinary before. */
function passed(location: Directive): Directive {
  const { args, children = [] } = location;
  const path = pathOf(location);
  return {
    ...location,
    args: [...args.slice(0, -1), ordinary + path],
    children: [directive("internal"), ...children],
  };
}

/** nginx's own line about a refusal repeats the query, in which keys and tokens travel; the audit log has it without. */
const quietErrors: readonly Directive[] = [directive("error_log", "/dev/stderr", "crit")];

/** The subrequest is a GET that has the headers of a body, and no body. */
const bodyRules = "SecRuleRemoveById 10001 10002 920170 920171 920180";
