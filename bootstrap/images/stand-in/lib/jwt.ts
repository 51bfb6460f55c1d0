import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";

/** A token that is not to be trusted. */
export class TokenError extends Error {
  constructor(
    message: string,
    readonly reason: "invalid" | "claims",
  ) {
    super(message);
  }
}

export type Verify = (token: string) => Promise<JWTPayload>;

/** Reads a key as PostgREST does: a JWK set, a single JWK, or else the secret itself. */
export function verifier(secret: string): Verify {
  const keys = keySet(secret);
  const shared = keys === undefined ? [{ k: new TextEncoder().encode(secret) }] : symmetricKeys(keys);
  const resolve = createLocalJWKSet(keys ?? { keys: [] });
  // A shared secret never meets an asymmetric algorithm, nor a public key a symmetric one.
  const choose: JWTVerifyGetKey = (header, token) => {
    if (header.alg !== "HS256") return resolve(header, token);
    const key = shared.find(({ kid }) => header.kid === undefined || kid === undefined || kid === header.kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.k;
  };
  return (token) => checked(jwtVerify(token, choose, { clockTolerance: 30 }));
}

/** The keys of a JSON text, or undefined when the text is a plain secret. */
function keySet(secret: string): JSONWebKeySet | undefined {
  if (!secret.trimStart().startsWith("{")) return undefined;
  const parsed = JSON.parse(secret) as JSONWebKeySet | JWK;
  return { keys: "keys" in parsed ? parsed.keys : [parsed] };
}

function symmetricKeys({ keys }: JSONWebKeySet): { kid?: string; k: Uint8Array }[] {
  return keys
    .filter(({ kty }) => kty === "oct")
    .map(({ kid, k }) => ({ kid, k: new Uint8Array(Buffer.from(k ?? "", "base64url")) }));
}

async function checked(verified: Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verified).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new TokenError("JWT expired", "claims");
    if (error instanceof errors.JWTClaimValidationFailed) throw new TokenError(error.message, "claims");
    throw new TokenError(error instanceof Error ? error.message : "JWT invalid", "invalid");
  }
}
