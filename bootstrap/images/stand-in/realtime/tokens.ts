import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";

/** The claims that a client's token must have. */
export interface Claims extends JWTPayload {
  readonly role: string;
  readonly exp: number;
}

/** A token that is not accepted, with the code that Realtime logs and answers. */
export class TokenRefused extends Error {
  constructor(
    readonly code: "InvalidJWTToken" | "MalformedJWT" | "JwtSignatureError" | "JwtSignerError",
    message: string,
    /** What is answered when a connection is opened. */
    readonly atConnect = message,
  ) {
    super(message);
  }
}

/** Any valid token, whatever it claims. */
export type Verify = (token: string) => Promise<JWTPayload>;

const shared = ["HS256", "HS384", "HS512"];

/** Verifies with the keys of the set, and where it has none for a shared algorithm, with the secret. */
export function verifier(secret: string, jwks: JSONWebKeySet = { keys: [] }): Verify {
  const published = createLocalJWKSet({ keys: jwks.keys.filter(({ kty }) => kty !== "oct") });
  const choose: JWTVerifyGetKey = (header, token) => {
    if (!shared.includes(header.alg)) return published(header, token);
    const own = jwks.keys.find(({ kty, kid }) => kty === "oct" && kid !== undefined && kid === header.kid);
    return own?.k === undefined
      ? new TextEncoder().encode(secret)
      : new Uint8Array(Buffer.from(own.k, "base64url"));
  };
  return async (token) => {
    try {
      return (await jwtVerify(token.replace(/\s/g, ""), choose)).payload;
    } catch (error) {
      throw refusal(error, token);
    }
  };
}

/** Like the one it is made of, and the token needs a role and an end. */
export function clientVerifier(verify: Verify): (token: string) => Promise<Claims> {
  return async (token) => {
    const payload = await verify(token);
    const { role, exp } = payload;
    if (typeof role === "string" && exp !== undefined) return { ...payload, role, exp };
    throw new TokenRefused("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
  };
}

function refusal(error: unknown, token: string): TokenRefused {
  if (error instanceof errors.JWTExpired) {
    const late = Math.round(Date.now() / 1000) - (decodeJwt(token).exp ?? 0);
    return new TokenRefused("InvalidJWTToken", `Token has expired ${late} seconds ago`, "Token has expired");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new TokenRefused("JwtSignatureError", "Failed to validate JWT signature");
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported)
    return new TokenRefused(
      "JwtSignerError",
      "Failed to generate JWT signer, check your JWT secret or JWKS configuration",
    );
  return new TokenRefused("MalformedJWT", "The token provided is not a valid JWT");
}
