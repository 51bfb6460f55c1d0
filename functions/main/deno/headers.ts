/** Headers that concern one connection alone. */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** A function is never asked for compression: fetch would undo it, and leave the header in place. */
export function requestHeaders(headers: Headers): Headers {
  const passed = endToEnd(headers);
  passed.set("accept-encoding", "identity");
  return passed;
}

export const responseHeaders = endToEnd;

function endToEnd(headers: Headers): Headers {
  const named = (headers.get("connection") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const passed = new Headers(headers);
  [...hopByHop, ...named].forEach((name) => passed.delete(name));
  return passed;
}
