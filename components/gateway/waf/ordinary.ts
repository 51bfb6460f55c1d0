// Which requests consist only of what no rule of paranoia level 1 can match.
import { tellingEnds, tellingParts, tellingWords } from "./words.js";

const or = (...patterns: readonly string[]): string => `(?:${patterns.join("|")})`;

const name = "[A-Za-z][A-Za-z0-9_]{0,39}";
const comma = "(?:,|%2C)";
const list = (item: string): string => `${item}(?:${comma}${item}){0,30}`;
const uuid = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
// Short of the numbers that overflow an integer, for which there is a rule.
const number = or("0", "[1-9][0-9]{0,8}");
const date = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const value = or(name, number, uuid, date);
const operator = or("eq", "neq", "gt", "gte", "lt", "lte", "is", "like", "ilike");
const token = "ey[A-Za-z0-9_-]{10,}[.]ey[A-Za-z0-9_-]{10,}[.][A-Za-z0-9_-]{20,}";
const key = or(token, "sb_(?:publishable|secret)_[A-Za-z0-9_-]{10,80}");
const version = "[0-9]{1,4}(?:[.][0-9]{1,5}){0,3}";

/** One parameter of a query, as PostgREST, Storage and Realtime are asked. */
const parameter = or(
  `select=${or("[*]", list(name))}`,
  `order=${list(`${name}(?:[.](?:asc|desc))?(?:[.]nulls(?:first|last))?`)}`,
  `${name}=(?:${operator}[.])?${value}`,
  `${or("apikey", "token")}=${key}`,
  `vsn=${version}`,
);

const path = `(?:/[A-Za-z0-9_-]{1,64}){1,8}${or("[.](?:avif|gif|jpe?g|mp4|png|webp|woff2)", "/")}?`;

const mediaType = `${or(
  "[*]/[*]",
  "application/(?:vnd[.]pgrst[.](?:object|array)[+])?json",
  "text/csv",
  "image/(?:apng|avif|svg[+]xml|webp|[*])",
)}(?:;q=0[.][0-9])?`;
const product = or(
  "node",
  "undici",
  "axios",
  "curl",
  "okhttp",
  "Dart",
  "Go-http-client",
  "supabase-js",
  "supabase-flutter",
);
const platform = or(
  "Windows NT 10[.]0; Win64; x64",
  "Macintosh; Intel Mac OS X 1[05][_.0-9]{1,8}(?:; rv:[0-9.]{1,8})?",
  "X11; Linux x86_64(?:; rv:[0-9.]{1,8})?",
  "Windows NT 10[.]0; Win64; x64; rv:[0-9.]{1,8}",
  "Linux; Android [0-9]{1,2}; K",
  "iPhone; CPU iPhone OS [0-9_]{1,8} like Mac OS X",
);
const engine = or("AppleWebKit/[0-9.]{1,12} [(]KHTML, like Gecko[)]", "Gecko/[0-9.]{1,12}");
const browsers = or(
  "Chrome",
  "HeadlessChrome",
  "Safari",
  "Mobile Safari",
  "Firefox",
  "Edg",
  "Version",
  "Mobile/[0-9A-Z]{1,8} Safari",
);
const origin = "https?://[a-z0-9-]{1,63}(?:[.][a-z0-9-]{1,63}){0,5}(?::[0-9]{1,5})?";
const brand =
  '"(?:Chromium|Google Chrome|HeadlessChrome|Microsoft Edge|Not[^"$\\\\]{1,2}A[^"$\\\\]Brand)";v="[0-9]{1,3}"';
const language = "[a-z]{2}(?:-[A-Z]{2})?(?:;q=0[.][0-9])?";
const preference = or(
  "count=(?:exact|planned|estimated)",
  "return=(?:minimal|representation|headers-only)",
  "handling=(?:strict|lenient)",
  "tx=(?:commit|rollback)",
);

/** What each header may hold; a request with any other header meets the rules. */
const headers: Readonly<Record<string, string>> = {
  accept: `${mediaType}(?:, ?${mediaType}){0,6}`,
  "accept-encoding": "(?:gzip|deflate|br|zstd|identity)(?:, ?(?:gzip|deflate|br|zstd|identity)){0,4}",
  "accept-language": `(?:[*]|${language}(?:, ?${language}){0,6})`,
  "accept-profile": name,
  apikey: key,
  authorization: `Bearer ${key}`,
  "cache-control": "no-cache|max-age=0",
  connection: "keep-alive|close|[Uu]pgrade|keep-alive, Upgrade",
  host: "[A-Za-z0-9-]{1,63}(?:[.][A-Za-z0-9-]{1,63}){0,5}(?::[0-9]{1,5})?",
  "if-none-match": '(?:W/)?"[0-9a-f]{1,64}"',
  origin,
  pragma: "no-cache",
  prefer: `${preference}(?:, ?${preference}){0,3}`,
  priority: "u=[0-7](?:, i)?",
  range: "[0-9]{1,9}-",
  "range-unit": "items",
  referer: `${origin}/`,
  "sec-ch-ua": `${brand}(?:, ${brand}){0,3}`,
  "sec-ch-ua-mobile": "[?][01]",
  "sec-ch-ua-platform": '"(?:Android|iOS|Linux|macOS|Windows)"',
  "sec-fetch-dest": "empty|image|video|audio",
  "sec-fetch-mode": "cors|no-cors|websocket",
  "sec-fetch-site": "cross-site|same-origin|same-site",
  "sec-websocket-extensions": "permessage-deflate(?:; client_max_window_bits)?",
  "sec-websocket-key": "[A-Za-z0-9+/]{22}==",
  "sec-websocket-version": "13",
  upgrade: "websocket",
  "user-agent": or(
    `Mozilla/5[.]0 [(]${platform}[)] ${engine}(?: ${browsers}/[0-9.]{1,16}){1,4}`,
    `${product}(?:/v?${version})?`,
  ),
  "x-client-info": `(?:supabase|postgrest|storage|realtime|functions|gotrue)(?:-[a-z]{1,16}){0,3}/${version}`,
  "x-supabase-api-version": date,
};

/** A literal, which njs compiles once; a RegExp that is made by a call would be compiled for every request. */
const whole = (pattern: string): string => `/^(?:${pattern.replaceAll("/", "\\/")})$/`;

/** All headers of a request as one text: njs makes each expression anew for every request, so they are few. */
const headerLines = `${or(...Object.entries(headers).map(([header, pattern]) => `${header}: (?:${pattern})\\n`))}*`;

/** A URI that is spelled as ordinary ones are. */
export const spelledUri = `^${path}(?:[?]${parameter}(?:&${parameter})*)?$`;

/** Words in a URI that tell an attack; of any case. */
export const tellingUri = or(
  ...tellingParts,
  `${or(...tellingEnds)}(?![a-z0-9_])`,
  `(?:^|[^a-z0-9_]|%2c)${or(...tellingWords)}(?![a-z0-9_])`,
);

/**
 * The njs module that calls a request ordinary or not: nginx's own maps know no way to see all headers. They look at
 * the URI, as their expressions are compiled to machine code.
 * A preflight is ordinary too: the gateway answers it by itself.
 */
export const ordinaryModule = `const headers = ${whole(headerLines)};

function verdict(r) {
  if (r.method === "OPTIONS") return "ordinary";
  if (r.method !== "GET" && r.method !== "HEAD") return "inspect";
  if (r.variables.waf_uri !== "ordinary") return "inspect";
  const raw = r.rawHeadersIn;
  const seen = {};
  let lines = "";
  for (let i = 0; i < raw.length; i++) {
    const header = raw[i][0].toLowerCase();
    if (seen[header] === true) return "inspect";
    seen[header] = true;
    lines += header + ": " + raw[i][1] + "\\n";
  }
  return seen.host === true && headers.test(lines) ? "ordinary" : "inspect";
}

export default { verdict };
`;
