import type { IncomingMessage } from "node:http";
import { SignJWT, type JWTPayload } from "jose";
import { TokenError, verifier, type Verify } from "../lib/jwt.js";
import { accessDenied, invalidSignature, StorageError } from "./errors.js";
import type { Settings } from "./settings.js";

/** Who asks. */
export interface Identity {
  readonly role: string;
  readonly claims: JWTPayload;
  readonly token: string;
  readonly authenticated: boolean;
  /** The user, who owns what is uploaded. @default - nobody */
  readonly owner?: string;
}

/** Sees every row; the check has then been made in another way. */
export const superuser: Identity = {
  role: "service_role",
  claims: { role: "service_role" },
  token: "",
  authenticated: true,
};

const anonymous: Identity = { role: "anon", claims: { role: "anon" }, token: "", authenticated: false };

export type Scope = "download" | "upload";

const expired = '"exp" claim timestamp check failed';

/** Checks and makes tokens with the stack's secret. */
export class Tokens {
  private readonly verify: Verify;
  private readonly key: Uint8Array;

  constructor({ jwtSecret, jwks }: Settings) {
    this.verify = verifier(jwks === undefined ? jwtSecret : withSecret(jwks, jwtSecret));
    this.key = new TextEncoder().encode(jwtSecret);
  }

  /** The user of a valid token. */
  async identify(request: IncomingMessage): Promise<Identity> {
    const token = (request.headers.authorization ?? "").replace(/^bearer\s+/i, "");
    const claims = await this.claims(token, accessDenied);
    const role = typeof claims.role === "string" ? claims.role : "anon";
    return { role, claims, token, authenticated: true, owner: claims.sub };
  }

  /** Like `identify`, and without a valid token the anonymous user. */
  async identifyOrAnonymous(request: IncomingMessage): Promise<Identity> {
    return this.identify(request).catch(() => anonymous);
  }

  async sign(payload: JWTPayload, seconds: number): Promise<string> {
    const header = { alg: "HS256" };
    const end = Math.floor(Date.now() / 1000) + seconds;
    return new SignJWT(payload)
      .setProtectedHeader(header)
      .setIssuedAt()
      .setExpirationTime(end)
      .sign(this.key);
  }

  /** The payload of a signed URL's token, which holds for one object and one purpose. */
  async signed(token: string, path: string, scope: Scope): Promise<JWTPayload> {
    const invalidJwt = (message: string) => new StorageError(400, "InvalidJWT", message);
    const claims = await this.claims(token, invalidJwt);
    // A signed URL ends when it says so, without the leeway that logins have.
    if (claims.exp === undefined || claims.exp * 1000 < Date.now()) throw invalidJwt(expired);
    if (claims.scope !== scope) throw invalidSignature(`Token is not scoped for ${scope}`);
    if (claims.url !== path) throw invalidSignature();
    return claims;
  }

  private async claims(token: string, refuse: (message: string) => StorageError): Promise<JWTPayload> {
    try {
      return await this.verify(token);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw refuse(error.reason === "claims" ? expired : error.message);
    }
  }
}

/** The key set with the secret in it, which signs the stack's own keys. */
function withSecret(jwks: string, secret: string): string {
  const { keys = [] } = JSON.parse(jwks) as { keys?: unknown[] };
  return JSON.stringify({ keys: [...keys, { kty: "oct", k: Buffer.from(secret).toString("base64url") }] });
}
