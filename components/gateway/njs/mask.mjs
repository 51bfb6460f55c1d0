// Runs in nginx: how the access log shows a request that may hold a secret, bytes that are no text, or very much of it.

/**
 * @typedef {object} LoggedRequest
 * @property {{ request_uri: string, host: string, http_user_agent?: string }} variables
 */

/** Parameters with these names hold secrets ... */
const secretNames = ["code", "key", "nonce", "otp", "sig", "state"];

/** ... and those whose names hold one of these words. */
const secretWords = /api_?key|token|secret|passw|signature|credential|jwt|verifier|assertion|saml/i;

/** A URL inside a value, with a parameter of its own. */
const nestedSecret =
  /(?:api_?key|token|secret|passw|signature|credential|jwt|verifier|assertion|saml|code)[^=&]*?(?:=|%3d)/i;

/** Signed tokens and secret keys, wherever they stand. */
const secretValues = /eyJ[\w-]+\.[\w-]+\.[\w-]*|sb_secret_[\w-]+/g;

const mask = "***";

/** Longest texts, so that a line of the log is written in one piece. */
const longestUri = 1536;
const longestWord = 255;

/** @param {string} text @param {number} longest */
const cut = (text, longest) => (text.length > longest ? `${text.substring(0, longest - 3)}...` : text);

/** Whether a parameter's name is that of a secret; services read it decoded. @param {string} encoded */
function isSecret(encoded) {
  const name = encoded
    .replace(/%[0-9a-f]{2}/gi, (byte) => String.fromCharCode(parseInt(byte.substring(1), 16)))
    .replace(/\[.*$/, "")
    .toLowerCase();
  return secretNames.indexOf(name) >= 0 || secretWords.test(name);
}

/** @param {string} parameter */
function maskParameter(parameter) {
  const at = parameter.indexOf("=");
  if (at < 0) return parameter.replace(secretValues, mask);
  const name = parameter.substring(0, at);
  const value = parameter.substring(at + 1);
  return isSecret(name) || nestedSecret.test(value)
    ? `${name}=${mask}`
    : `${name}=${value.replace(secretValues, mask)}`;
}

/** Path and query with secrets masked and everything but plain characters encoded. @param {string} uri */
function maskUri(uri) {
  const at = uri.indexOf("?");
  const path = (at < 0 ? uri : uri.substring(0, at)).replace(secretValues, mask);
  const query =
    at < 0
      ? ""
      : `?${uri
          .substring(at + 1)
          .split("&")
          .map(maskParameter)
          .join("&")}`;
  return cut((path + query).replace(/[^ !#-[\]-~]+/g, encodeURIComponent), longestUri);
}

/** A word of a header, of plain characters alone. @param {string | undefined} text */
const plain = (text) => cut((text || "").replace(/[^ !#-[\]-~]/g, "?"), longestWord);

export default {
  maskUri,
  plain,
  /** @param {LoggedRequest} r */
  uri: (r) => maskUri(r.variables.request_uri),
  /** @param {LoggedRequest} r */
  host: (r) => plain(r.variables.host),
  /** @param {LoggedRequest} r */
  agent: (r) => plain(r.variables.http_user_agent),
};
