import { SignJWT, type JWTPayload } from "jose";
import type { IncomingMessage } from "node:http";
import { TokenError, verifier, type Verify } from "../lib/jwt.js";
import type { Connection } from "./database.js";
import { AuthError } from "./errors.js";
import type { JwtSettings } from "./settings.js";
import { isBanned, userById, type User } from "./users.js";

/** Signs and checks the tokens that other services trust. */
export class AccessTokens {
  private readonly key: Uint8Array;
  private readonly verify: Verify;

  constructor(readonly settings: JwtSettings) {
    this.key = new TextEncoder().encode(settings.secret);
    const jwk = { kty: "oct", alg: "HS256", k: Buffer.from(this.key).toString("base64url") };
    this.verify = verifier(JSON.stringify(jwk));
  }

  async sign(user: User, session: { id: string; methods: readonly Method[] }): Promise<SignedToken> {
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiresAt = issuedAt + this.settings.expiry;
    const claims = {
      iss: this.settings.issuer,
      sub: user.id,
      aud: user.aud,
      exp: expiresAt,
      iat: issuedAt,
      email: user.email ?? "",
      phone: user.phone ?? "",
      app_metadata: user.raw_app_meta_data,
      user_metadata: user.raw_user_meta_data,
      role: user.role,
      aal: "aal1",
      amr: session.methods,
      session_id: session.id,
      is_anonymous: user.is_anonymous,
    };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(this.key);
    return { token, expiresIn: this.settings.expiry, expiresAt };
  }

  /** The claims of the request's token. */
  async claimsOf(request: IncomingMessage): Promise<JWTPayload> {
    const token = /^bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) {
      throw new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token");
    }
    return this.verify(token).catch((error: unknown) => {
      if (!(error instanceof TokenError)) throw error;
      throw badToken(`invalid JWT: unable to parse or verify signature, ${error.message}`);
    });
  }

  /** Refuses everyone but the service itself. */
  async requireAdmin(request: IncomingMessage): Promise<void> {
    const { role } = await this.claimsOf(request);
    if (typeof role === "string" && this.settings.adminRoles.includes(role)) return;
    throw new AuthError(403, "not_admin", "User not allowed");
  }

  /** The user whose token the request bears, and the session it belongs to. */
  async requireUser(db: Connection, request: IncomingMessage): Promise<{ user: User; session?: string }> {
    const { sub, session_id: session } = await this.claimsOf(request);
    if (!sub) throw badToken("invalid claim: missing sub claim");
    if (!isUuid(sub)) throw new AuthError(400, "bad_jwt", "invalid claim: sub claim must be a UUID");
    const user = await userById(db, sub);
    if (user === undefined) {
      throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
    }
    if (isBanned(user)) throw new AuthError(403, "user_banned", "User is banned");
    if (typeof session !== "string" || session === "") return { user };
    if (!isUuid(session)) throw badToken("invalid claim: session_id claim must be a UUID");
    const { rowCount } = await db.query("select from auth.sessions where id = $1 and user_id = $2", [
      session,
      sub,
    ]);
    if (rowCount === 0) {
      throw new AuthError(403, "session_not_found", "Session from session_id claim in JWT does not exist");
    }
    return { user, session };
  }
}

/** A way in which a session's user has shown who they are. */
export interface Method {
  readonly method: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

interface SignedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

const badToken = (message: string) => new AuthError(403, "bad_jwt", message);

export const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
