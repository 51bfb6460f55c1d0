// What a mail brings: a code of digits, and a link with the hash of it.
import { createHash, randomInt } from "node:crypto";
import type { Connection } from "./database.js";
import type { MailType } from "./mail-settings.js";

export type TokenType =
  "confirmation_token" | "recovery_token" | "email_change_token_new" | "email_change_token_current";

/** What a client says that it confirms; `email` is whichever of the first ones there is. */
export type VerifyType = MailType | "email";

/** The tokens that are good for what a client confirms. */
const tokenTypes: Readonly<Record<VerifyType, readonly TokenType[]>> = {
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email_change: ["email_change_token_current", "email_change_token_new"],
  email: ["confirmation_token", "recovery_token"],
};

export const isVerifyType = (type: string): type is VerifyType => Object.hasOwn(tokenTypes, type);

export interface OneTimeToken {
  readonly user_id: string;
  readonly token_type: TokenType;
  readonly token_hash: string;
}

export const newCode = (digits: number) => Array.from({ length: digits }, () => randomInt(10)).join("");

export const hashOf = (address: string, code: string) =>
  createHash("sha224")
    .update(address.toLowerCase() + code)
    .digest("hex");

/** In front of the hash where the link has to be answered with a code for the client's own proof. */
export const pkcePrefix = "pkce_";

/** Keeps the token; an earlier one of its kind is void. */
export async function saveToken(
  db: Connection,
  token: OneTimeToken & { readonly relates_to: string },
): Promise<void> {
  await db.query(
    `insert into auth.one_time_tokens (user_id, token_type, token_hash, relates_to) values ($1, $2, $3, $4)
     on conflict (user_id, token_type) do update set token_hash = excluded.token_hash,
       relates_to = excluded.relates_to, created_at = now(), updated_at = now()`,
    [token.user_id, token.token_type, token.token_hash, token.relates_to],
  );
}

/** The token with one of the hashes, if it is of the type and not older than `seconds`. */
export async function findToken(
  db: Connection,
  type: VerifyType,
  hashes: readonly string[],
  seconds: number,
): Promise<OneTimeToken | undefined> {
  const { rows } = await db.query<OneTimeToken>(
    `select user_id, token_type, token_hash from auth.one_time_tokens
     where token_hash = any($1) and token_type = any($2::auth.one_time_token_type[])
       and created_at > now() - make_interval(secs => $3) for update`,
    [hashes, tokenTypes[type], seconds],
  );
  return rows[0];
}

/** Voids the user's tokens, or those of one type. @returns how many are left */
export async function voidTokens(db: Connection, user: string, type?: TokenType): Promise<number> {
  await db.query(
    `delete from auth.one_time_tokens
     where user_id = $1 and ($2::auth.one_time_token_type is null or token_type = $2)`,
    [user, type],
  );
  const { rowCount } = await db.query("select from auth.one_time_tokens where user_id = $1", [user]);
  return rowCount ?? 0;
}
