// The rules of Gixy-Next, as far as they apply to a configuration that is rendered: names and purposes are its own.
import type { Directive } from "../../../components/gateway/nginx.js";
import { argsOf, findAll } from "../nginx.js";

type Rule = (configuration: readonly Directive[]) => string[];

const childrenOf = ({ children = [] }: Directive): Directive[] => [...children];
const show = ({ name, args }: Directive): string => [name, ...args].join(" ");
const find = (tree: readonly Directive[], ...names: string[]): Directive[] =>
  names.flatMap((name) => findAll(tree, name));
const blocks = (tree: readonly Directive[]): Directive[] =>
  tree.flatMap((one) => (one.children ? [one, ...blocks(one.children)] : []));
const flag = (found: readonly Directive[], bad: (one: Directive) => boolean): string[] =>
  found.filter(bad).map(show);

/** Regular expressions that choose a location or a server. */
const choices = (tree: readonly Directive[]): string[] => [
  ...find(tree, "location").flatMap(({ args: [kind = "", pattern = ""] }) =>
    /^~\*?$/.test(kind) ? [pattern] : [],
  ),
  ...find(tree, "server_name").flatMap(({ args }) =>
    args.filter((arg) => arg.startsWith("~")).map((arg) => arg.slice(1)),
  ),
];

/** Regular expressions wherever nginx takes one. */
const patterns = (tree: readonly Directive[]): string[] => [
  ...choices(tree),
  ...find(tree, "map")
    .flatMap(childrenOf)
    .filter(({ name }) => name.startsWith("~"))
    .map(({ name }) => name.replace(/^~\*?/, "")),
];

const valueOf = (tree: readonly Directive[], name: string): string => find(tree, name)[0]?.args[0] ?? "";

/** Header values that repeat what a client sent, and that could break into another header. */
const decoded = /\$(uri|document_uri|arg_\w+)\b/;

/** Every rule, with what it finds. */
export const rules: Readonly<Record<string, Rule>> = {
  add_header_content_type: (tree) =>
    flag(find(tree, "add_header"), ({ args }) => /^content-type$/i.test(args[0] ?? "")),
  add_header_multiline: (tree) =>
    flag(find(tree, "add_header"), ({ args }) => args.some((arg) => arg.includes("\n"))),
  // A location with a header of its own loses the server's, unless it says `merge`.
  add_header_redefinition: (tree) =>
    flag(
      find(tree, "location", "if"),
      (one) =>
        argsOf(childrenOf(one), "add_header").length > 0 &&
        argsOf(childrenOf(one), "add_header_inherit").flat().join() !== "merge",
    ),
  alias_traversal: (tree) =>
    flag(
      find(tree, "location"),
      (one) => argsOf(childrenOf(one), "alias").length > 0 && !(one.args.at(-1) ?? "").endsWith("/"),
    ),
  allow_without_deny: (tree) =>
    flag(
      blocks(tree),
      (one) => argsOf(childrenOf(one), "allow").length > 0 && argsOf(childrenOf(one), "deny").length === 0,
    ),
  default_server_flag: (tree) => {
    const listens = find(tree, "listen").filter(({ args }) => !(args[0] ?? "").startsWith("unix:"));
    const key = ({ args }: Directive): string => `${args[0] ?? ""} ${args.includes("quic") ? "quic" : ""}`;
    const shared = listens.filter((one) => listens.filter((other) => key(other) === key(one)).length > 1);
    const ports = [...new Set(shared.map(key))];
    return ports.filter(
      (port) => !shared.some((one) => key(one) === port && one.args.includes("default_server")),
    );
  },
  error_log_off: (tree) => flag(find(tree, "error_log"), ({ args }) => args[0] === "off"),
  hash_without_default: (tree) =>
    flag(find(tree, "map", "geo"), (one) => !childrenOf(one).some(({ name }) => name === "default")),
  host_spoofing: (tree) =>
    flag(
      find(tree, "proxy_set_header"),
      ({ args }) => args[0] === "Host" && /\$http_host/.test(args[1] ?? ""),
    ),
  http2_misdirected_request: (tree) =>
    flag(
      find(tree, "server"),
      (one) =>
        argsOf(childrenOf(one), "listen").some(
          (args) => args.includes("ssl") && args.includes("default_server"),
        ) && !/421|ssl_reject_handshake/.test(JSON.stringify(one)),
    ),
  // A rewrite to another location sends the client nothing.
  http_splitting: (tree) =>
    flag(
      find(tree, "add_header", "return", "rewrite", "proxy_set_header"),
      ({ args }) => args.at(-1) !== "last" && decoded.test(args.join(" ")),
    ),
  if_is_evil: (tree) =>
    flag(
      find(tree, "location").flatMap((one) => childrenOf(one).filter(({ name }) => name === "if")),
      (one) => childrenOf(one).some(({ name }) => !["return", "set", "rewrite"].includes(name)),
    ),
  invalid_regex: (tree) =>
    patterns(tree).filter((pattern) => {
      try {
        new RegExp(pattern);
        return false;
      } catch {
        return true;
      }
    }),
  low_keepalive_requests: (tree) =>
    flag(find(tree, "keepalive_requests"), ({ args }) => Number(args[0]) < 1000),
  missing_worker_processes: (tree) => (valueOf(tree, "worker_processes") === "" ? ["worker_processes"] : []),
  mixed_case_variable: (tree) =>
    flag(find(tree, "set", "map", "geo"), ({ args }) => args.some((arg) => /^\$\w*[A-Z]/.test(arg))),
  origins: (tree) =>
    find(tree, "map")
      .filter(({ args }) => args[0] === "$http_origin")
      .flatMap(childrenOf)
      .filter(({ name }) => name.startsWith("~"))
      .map(show),
  overlapping_captures: (tree) => {
    const names = patterns(tree).flatMap((pattern) =>
      [...pattern.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name ?? ""),
    );
    return names.filter((name, at) => names.indexOf(name) !== at);
  },
  proxy_buffering_off: (tree) =>
    flag(
      find(tree, "location"),
      (one) =>
        argsOf(childrenOf(one), "proxy_buffering").flat().join() === "off" &&
        argsOf(childrenOf(one), "proxy_read_timeout").length === 0,
    ),
  // A URI in proxy_pass without a variable is a decoded one, where clients choose it.
  proxy_pass_normalized: (tree) =>
    find(tree, "location")
      .filter((one) => one.args[0] !== "=" && argsOf(childrenOf(one), "internal").length === 0)
      .flatMap((one) =>
        flag(
          childrenOf(one),
          ({ name, args }) => name === "proxy_pass" && /^https?:\/\/[^/$]+\/[^$]*$/.test(args[0] ?? ""),
        ),
      ),
  quic_bpf_reuseport: (tree) => {
    const quic = find(tree, "listen").filter(({ args }) => args.includes("quic"));
    const ports = [...new Set(quic.map(({ args }) => args[0] ?? ""))];
    return ports.filter(
      (port) => quic.filter(({ args }) => args[0] === port && args.includes("reuseport")).length !== 1,
    );
  },
  // Nested repetition that backtracks without bound.
  regex_redos: (tree) => patterns(tree).filter((pattern) => /\([^()]*[+*][^()]*\)[+*]/.test(pattern)),
  resolver_external: (tree) => flag(find(tree, "resolver"), ({ args }) => !/^127\./.test(args[0] ?? "")),
  return_bypasses_allow_deny: (tree) =>
    flag(
      blocks(tree),
      (one) =>
        argsOf(childrenOf(one), "deny").length > 0 &&
        childrenOf(one).some(
          ({ name, children = [] }) => name === "return" || argsOf(children, "return").length > 0,
        ),
    ),
  ssl_stapling_without_resolver: (tree) =>
    find(tree, "resolver").length > 0 ? [] : flag(find(tree, "ssl_stapling"), ({ args }) => args[0] === "on"),
  // Where a request goes may not come from the request.
  ssrf: (tree) =>
    flag(
      find(tree, "proxy_pass"),
      ({ args }) => !/^http:\/\/[a-z][\w.-]*[/$:]|^http:\/\/[a-z][\w.-]*$/.test(args[0] ?? ""),
    ),
  stale_dns_cache: (tree) =>
    find(tree, "upstream")
      .flatMap(childrenOf)
      .filter(
        ({ name, args }) => name === "server" && /[a-z]/.test(args[0] ?? "") && !args.includes("resolve"),
      )
      .map(show),
  status_page_exposed: (tree) => flag(find(tree, "stub_status"), () => true),
  try_files_is_evil_too: (tree) =>
    flag(
      find(tree, "location"),
      (one) =>
        argsOf(childrenOf(one), "try_files").length > 0 && argsOf(childrenOf(one), "proxy_pass").length > 0,
    ),
  unanchored_regex: (tree) =>
    choices(tree).filter((pattern) => !pattern.startsWith("^") && !pattern.endsWith("$")),
  unnamed_groups: (tree) => patterns(tree).filter((pattern) => /(^|[^\\])\((?!\?)/.test(pattern)),
  valid_referers: (tree) => flag(find(tree, "valid_referers"), ({ args }) => args.includes("none")),
  version_disclosure: (tree) => (valueOf(tree, "server_tokens") === "off" ? [] : ["server_tokens"]),
  worker_rlimit_nofile_vs_connections: (tree) =>
    Number(valueOf(tree, "worker_rlimit_nofile")) >= 2 * Number(valueOf(tree, "worker_connections"))
      ? []
      : ["worker_rlimit_nofile"],
};
