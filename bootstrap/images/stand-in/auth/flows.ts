// Logins that are answered with a code, which only the client that began them can exchange (RFC 7636).
import { createHash, randomUUID } from "node:crypto";
import type { Connection } from "./database.js";
import { AuthError, invalid } from "./errors.js";

/** The client's challenge; empty where it wants the tokens in the link itself. */
export interface Challenge {
  readonly code_challenge: string;
  readonly code_challenge_method: string;
}

export function checkChallenge({ code_challenge, code_challenge_method }: Challenge): void {
  if ((code_challenge === "") !== (code_challenge_method === "")) {
    throw invalid("PKCE flow requires code_challenge_method and code_challenge");
  }
  if (code_challenge === "") return;
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(code_challenge)) throw invalid("code challenge is malformed");
  if (!["s256", "plain"].includes(code_challenge_method.toLowerCase())) {
    throw invalid("code_challenge_method is neither s256 nor plain");
  }
}

/** Remembers that a login has begun. @returns the id to recognise it by */
export async function beginFlow(
  db: Connection,
  challenge: Challenge,
  {
    user,
    provider,
    method,
    referrer,
  }: { user?: string; provider: string; method: string; referrer?: string },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into auth.flow_state (user_id, auth_code, code_challenge, code_challenge_method, provider_type,
       authentication_method, referrer) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      user,
      randomUUID(),
      challenge.code_challenge || null,
      challenge.code_challenge_method.toLowerCase() || null,
      provider,
      method,
      referrer,
    ],
  );
  return rows[0]?.id ?? "";
}

/** The code of the user's newest login of that method. */
export async function issueCode(db: Connection, user: string, method: string): Promise<string> {
  const { rows } = await db.query<{ auth_code: string }>(
    `update auth.flow_state set auth_code_issued_at = now(), updated_at = now() where id = (
       select id from auth.flow_state where user_id = $1 and authentication_method = $2
       order by created_at desc limit 1) returning auth_code`,
    [user, method],
  );
  const code = rows[0]?.auth_code;
  if (code === undefined) throw new AuthError(400, "flow_state_not_found", "No associated flow state found");
  return code;
}

interface Flow {
  readonly user_id: string;
  readonly authentication_method: string;
  readonly code_challenge: string;
  readonly code_challenge_method: string;
  readonly expired: boolean;
}

/** Takes the code away and gives whose login it stands for, if the verifier is the client's. */
export async function exchangeCode(db: Connection, code: string, verifier: string): Promise<Flow> {
  if (code === "" || verifier === "") {
    throw invalid("invalid request: both auth code and code verifier should be non-empty");
  }
  const { rows } = await db.query<Flow>(
    `select *, coalesce(auth_code_issued_at, created_at) < now() - interval '5 minutes' as expired
     from auth.flow_state where auth_code = $1 and auth_code_issued_at is not null for update`,
    [code],
  );
  const flow = rows[0];
  if (flow === undefined) {
    throw new AuthError(404, "flow_state_not_found", "invalid flow state, no valid flow state found");
  }
  if (flow.expired) {
    throw new AuthError(422, "flow_state_expired", "invalid flow state, flow state has expired");
  }
  const hashed = createHash("sha256").update(verifier).digest("base64url");
  const answer = flow.code_challenge_method === "s256" ? hashed : verifier;
  if (answer !== flow.code_challenge) {
    throw new AuthError(
      400,
      "bad_code_verifier",
      "code challenge does not match previously saved code verifier",
    );
  }
  await db.query("delete from auth.flow_state where auth_code = $1", [code]);
  return flow;
}
