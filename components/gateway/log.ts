import { block, type Directive, directive, map } from "./nginx.js";

/** The fields of a line of the access log; those in `numbers` are always numbers, the others text. */
const texts: Readonly<Record<string, string>> = {
  time: "$time_iso8601",
  request_id: "$request_id",
  client: "$remote_addr",
  method: "$request_method",
  host: "$logged_host",
  uri: "$logged_uri",
  protocol: "$server_protocol",
  route: "$route",
};

const numbers: Readonly<Record<string, string>> = {
  status: "$status_number",
  bytes: "$body_bytes_sent",
  request_bytes: "$request_length",
  request_time: "$request_time",
};

/** Of a request's tries nginx lists each, so these are text. */
const details: Readonly<Record<string, string>> = {
  upstream: "$upstream_addr",
  upstream_status: "$upstream_status",
  upstream_connect_time: "$upstream_connect_time",
  upstream_header_time: "$upstream_header_time",
  upstream_response_time: "$upstream_response_time",
  tls: "$ssl_protocol",
  curve: "$ssl_curve",
  limit: "$limit_req_status",
  referer: "$referer_origin",
  user_agent: "$logged_agent",
};

const members = (fields: Readonly<Record<string, string>>, quote: string): string[] =>
  Object.entries(fields).map(([name, value]) => `"${name}":${quote}${value}${quote}`);

/** One line of JSON. */
const line = `{${[...members(texts, '"'), ...members(numbers, ""), ...members(details, '"')].join(",")}}`;

/**
 * What may hold a secret, in a cheap and wide net: bytes that are no plain text, a word that names a secret, an encoded
 * name of a parameter, or a signed token.
 */
const suspicious = [
  "[^ -~]",
  "[?&](?:code|key|nonce|otp|sig|state)(?:=|\\[)",
  "api_?key|token|secret|passw|signature|credential|jwt|verifier|assertion|saml",
  "code[^=&]*(?:=|%3d)",
  "[?&][^=&]*%",
  "eyJ",
].join("|");

/**
 * So much that a line of the log would no longer be written in one piece. It stands by itself: beside the words it
 * would keep PCRE from leaping to where one of them may begin, at twice the cost of all of them.
 */
const long = "^.{1024}";

/** A value that the script looks over before it is logged, unless nothing about the request is suspicious. */
const looked = (variable: string, raw: string, script: string): Directive[] => [
  directive("js_set", `$plain_${script}`, `mask.${script}`),
  map("$suspicious", variable, { default: `$plain_${script}`, "": raw }),
];

/**
 * The access log: JSON, a line for each request, with the names of a query's parameters and without the values of
 * those that hold keys or tokens. Headers with secrets are in none of its fields.
 */
export const accessLog: readonly Directive[] = [
  map("$host $http_user_agent $request_uri", "$suspicious", {
    default: "",
    [`~*${suspicious}`]: "1",
    [`~${long}`]: "1",
  }),
  ...looked("$logged_uri", "$request_uri", "uri"),
  ...looked("$logged_host", "$host", "host"),
  ...looked("$logged_agent", "$http_user_agent", "agent"),
  // Where the request came from, but not the page, whose address may hold a code.
  block(
    "map",
    ["$http_referer", "$referer_origin"],
    [
      directive("default", ""),
      directive("", ""),
      directive("~^(?<referer_head>https?://[A-Za-z0-9.:\\[\\]-]{1,255})(?:[/?#]|$)", "$referer_head"),
    ],
  ),
  // nginx writes three digits, and JSON knows no number that begins with zero.
  map("$status", "$status_number", { default: "$status", "000": "0", "009": "0" }),
  directive("log_format", "access", "escape=json", line),
  // No more than a pipe takes in one piece, or lines of several workers would run into one another.
  directive("access_log", "/dev/stdout", "access", "buffer=4k", "flush=1s"),
  // What nginx says of a request that failed holds its whole first line, keys and tokens included, and cannot be
  // formatted. The access log has the upstream's status and times instead.
  directive("error_log", "/dev/stderr", "alert"),
];
