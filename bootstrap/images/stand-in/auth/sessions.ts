import { createHash, createHmac, randomUUID } from "node:crypto";
import type { AccessTokens, Method } from "./access-tokens.js";
import type { Connection } from "./database.js";
import { AuthError, invalid } from "./errors.js";
import { isBanned, updateUser, userById, userJson, type Json, type User } from "./users.js";

interface RefreshToken {
  readonly session_id: string;
  readonly user_id: string;
  readonly revoked: boolean;
  readonly counter: string;
}

/** Which of a user's sessions a logout ends. */
export type Scope = "global" | "local" | "others";

/** Logins that last; each has a chain of refresh tokens, of which the database keeps the hashes alone. */
export class Sessions {
  constructor(private readonly tokens: AccessTokens) {}

  /** Logs the user in. @returns what the client keeps */
  async begin(db: Connection, user: User, method: string, userAgent?: string): Promise<Json> {
    const id = randomUUID();
    await db.query("insert into auth.sessions (id, user_id, user_agent) values ($1, $2, $3)", [
      id,
      user.id,
      userAgent,
    ]);
    await db.query("insert into auth.mfa_amr_claims (session_id, authentication_method) values ($1, $2)", [
      id,
      method,
    ]);
    await this.grant(db, id, user.id, 0);
    return this.answer(db, await updateUser(db, user.id, { last_sign_in_at: new Date() }), id, 0);
  }

  /** Changes a refresh token for the next one of its chain. */
  async refresh(db: Connection, token: string): Promise<Json> {
    if (token === "") throw invalid("refresh_token required");
    const { rows } = await db.query<RefreshToken>(
      `select t.session_id, t.user_id, t.revoked, s.refresh_token_counter as counter
       from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
       where t.token = $1 for update`,
      [hash(token)],
    );
    const found = rows[0];
    const user = found && (await userById(db, found.user_id));
    if (found === undefined || user === undefined) {
      const message = "Invalid Refresh Token: Refresh Token Not Found";
      throw new AuthError(400, "refresh_token_not_found", message);
    }
    if (isBanned(user)) throw new AuthError(400, "user_banned", "Invalid Refresh Token: User Banned");
    const { session_id: session } = found;
    const counter = Number(found.counter);
    if (found.revoked) {
      // A client that never got the answer asks again with the token before; anyone else may have stolen it.
      if (counter > 0 && token === this.refreshToken(session, counter - 1)) {
        return this.answer(db, user, session, counter);
      }
      await revokeAll(db, session);
      const message = "Invalid Refresh Token: Already Used";
      throw new AuthError(400, "refresh_token_already_used", message, { keepChanges: true });
    }
    await revokeAll(db, session);
    await db.query(
      `update auth.sessions set refresh_token_counter = $2, refreshed_at = now(), updated_at = now() where id = $1`,
      [session, counter + 1],
    );
    await this.grant(db, session, user.id, counter + 1);
    return this.answer(db, user, session, counter + 1);
  }

  /** Ends sessions of the user: all, this one, or all but this one. */
  async end(db: Connection, user: string, scope: Scope, session?: string): Promise<void> {
    const conditions = { global: "true", local: "id = $2", others: "id <> $2" };
    const reach = session === undefined ? "global" : scope;
    const values = reach === "global" ? [user] : [user, session];
    await db.query(`delete from auth.sessions where user_id = $1 and ${conditions[reach]}`, values);
  }

  private async grant(db: Connection, session: string, user: string, counter: number): Promise<void> {
    const parent = counter === 0 ? null : hash(this.refreshToken(session, counter - 1));
    await db.query(
      "insert into auth.refresh_tokens (token, user_id, session_id, parent) values ($1, $2, $3, $4)",
      [hash(this.refreshToken(session, counter)), user, session, parent],
    );
  }

  private refreshToken(session: string, counter: number): string {
    const key = `refresh tokens:${this.tokens.settings.secret}`;
    return createHmac("sha256", key).update(`${session}:${counter}`).digest("base64url").slice(0, 32);
  }

  private async answer(db: Connection, user: User, session: string, counter: number): Promise<Json> {
    const { rows: methods } = await db.query<Method>(
      `select authentication_method as method, extract(epoch from updated_at)::int as timestamp
       from auth.mfa_amr_claims where session_id = $1 order by updated_at desc`,
      [session],
    );
    const { token, expiresIn, expiresAt } = await this.tokens.sign(user, { id: session, methods });
    return {
      access_token: token,
      token_type: "bearer",
      expires_in: expiresIn,
      expires_at: expiresAt,
      refresh_token: this.refreshToken(session, counter),
      user: userJson(user),
    };
  }
}

const hash = (token: string) => createHash("sha256").update(token).digest("hex");

async function revokeAll(db: Connection, session: string): Promise<void> {
  await db.query(
    "update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = $1 and not revoked",
    [session],
  );
}
