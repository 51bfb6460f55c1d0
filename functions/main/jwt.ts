import { Unauthorized } from "./failure.ts";
import { secretKey, type TokenKey, tokenKeys } from "./keys.ts";
import type { Settings } from "./settings.ts";

/** Throws `Unauthorized` unless the request bears a token that is valid now. */
export type VerifyRequest = (request: Request) => Promise<void>;

interface Token {
  readonly header: { readonly alg?: unknown; readonly kid?: unknown };
  readonly claims: { readonly exp?: unknown; readonly nbf?: unknown };
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

export function tokenVerifier({ jwtSecret, jwks }: Pick<Settings, "jwtSecret" | "jwks">): VerifyRequest {
  const keys = Promise.all([
    ...(jwtSecret === undefined ? [] : [secretKey(jwtSecret)]),
    tokenKeys(jwks),
  ]).then((sets) => sets.flat());
  return async (request) => {
    const token = read(bearer(request));
    const { alg, kid } = token.header;
    if (!["HS256", "ES256", "RS256"].includes(String(alg))) {
      throw new Unauthorized("UNSUPPORTED_TOKEN_ALGORITHM", `Unsupported JWT algorithm ${String(alg)}`);
    }
    // A secret never meets an asymmetric algorithm, nor a public key a symmetric one.
    const fitting = (await keys).filter((key) => key.alg === alg && (!kid || !key.kid || key.kid === kid));
    if (!(await isSigned(token, fitting)) || !isCurrent(token.claims, Date.now() / 1000)) {
      throw new Unauthorized(alg === "HS256" ? "LEGACY_JWT" : "ASYMMETRIC_JWT", "Invalid JWT");
    }
  };
}

function bearer(request: Request): string {
  const header = request.headers.get("authorization");
  if (!header) throw new Unauthorized("NO_AUTH_HEADER", "Missing authorization header");
  const token = /^bearer (\S+)$/i.exec(header)?.[1];
  if (token === undefined) throw invalidFormat();
  return token;
}

function read(text: string): Token {
  const [header = "", claims = "", signature = "", ...more] = text.split(".");
  try {
    if (more.length > 0) throw invalidFormat();
    return {
      header: object(header),
      claims: object(claims),
      signed: new TextEncoder().encode(`${header}.${claims}`),
      signature: bytes(signature),
    };
  } catch {
    throw invalidFormat();
  }
}

/** WebCrypto compares signatures in constant time. */
async function isSigned({ signed, signature }: Token, keys: readonly TokenKey[]): Promise<boolean> {
  for (const { key, algorithm } of keys) {
    if (await crypto.subtle.verify(algorithm, key, signature, signed)) return true;
  }
  return false;
}

/** @param now seconds since 1970 */
function isCurrent({ exp = Infinity, nbf = 0 }: Token["claims"], now: number): boolean {
  return typeof exp === "number" && typeof nbf === "number" && now < exp && now >= nbf;
}

function object(part: string): Record<string, unknown> {
  const value = JSON.parse(new TextDecoder().decode(bytes(part)));
  if (typeof value !== "object" || value === null) throw invalidFormat();
  return value;
}

function bytes(part: string): Uint8Array<ArrayBuffer> {
  const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

const invalidFormat = () => new Unauthorized("INVALID_JWT_FORMAT", "Invalid JWT format");
