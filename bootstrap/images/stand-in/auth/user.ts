import { z } from "zod";
import { checkedAddress } from "./addresses.js";
import { audience, json, object, read, text, type Context, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { checkChallenge } from "./flows.js";
import { mailAddressChange } from "./link-mails.js";
import { voidTokens } from "./one-time-tokens.js";
import { checkStrength, hashPassword, matches } from "./passwords.js";
import type { Scope } from "./sessions.js";
import * as users from "./users.js";

const form = z.object({
  email: text,
  password: text,
  data: object,
  app_metadata: z.unknown().optional(),
  code_challenge: text,
  code_challenge_method: text,
});

/** `GET /user`: the user whose token it is. */
export const showUser: Handler = async ({ db, tokens, request }) =>
  json(users.userJson((await tokens.requireUser(db, request)).user));

/** `PUT /user`: users change what is theirs. */
export const changeUser: Handler = async (context) => {
  const { db, tokens, request } = context;
  const { user, session } = await tokens.requireUser(db, request);
  const body = read(context, form);
  checkChallenge(body);
  if (body.app_metadata !== undefined) {
    throw new AuthError(403, "not_admin", "Updating app_metadata requires admin privileges");
  }
  if (body.password !== "") await changePassword(context, user, body.password, session);
  if (Object.keys(body.data).length > 0) {
    await users.updateUser(db, user.id, {
      raw_user_meta_data: users.merged(user.raw_user_meta_data, body.data),
    });
  }
  const email = body.email === "" ? user.email : checkedAddress(body.email);
  if (email !== null && email !== user.email) {
    await refuseTaken(context, email);
    await mailAddressChange(context, user, email, body);
  }
  return json(users.userJson((await users.userById(db, user.id)) ?? user));
};

/** `POST /logout`: ends sessions of the user whose token it is. */
export const logout: Handler = async ({ db, tokens, sessions, request, url }) => {
  const scope = url.searchParams.get("scope") ?? "global";
  if (!isScope(scope)) throw invalid(`Unsupported logout scope "${scope}"`);
  const { user, session } = await tokens.requireUser(db, request);
  await sessions.end(db, user.id, scope, session);
  return { status: 204 };
};

const isScope = (scope: string): scope is Scope => ["global", "local", "others"].includes(scope);

/** Refuses an address that somebody has. */
export async function refuseTaken(context: Context, email: string): Promise<void> {
  if ((await users.userByEmail(context.db, email, audience(context))) === undefined) return;
  const message = "A user with this email address has already been registered";
  throw new AuthError(422, "email_exists", message);
}

async function changePassword(
  { db, settings, sessions }: Context,
  user: users.User,
  password: string,
  session?: string,
): Promise<void> {
  checkStrength(password, settings.signups.passwordLength);
  if (user.is_anonymous && !user.email) {
    const message = "Updating password of an anonymous user without an email or phone is not allowed";
    throw new AuthError(422, "validation_failed", message);
  }
  if (await matches(user, password)) {
    throw new AuthError(422, "same_password", "New password should be different from the old password.");
  }
  await users.updateUser(db, user.id, { encrypted_password: await hashPassword(password) });
  // Whoever knew the old password may have begun these.
  await voidTokens(db, user.id);
  await sessions.end(db, user.id, "others", session);
}
