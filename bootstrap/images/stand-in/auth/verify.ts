import { z } from "zod";
import type { Answer } from "../lib/http.js";
import { checkedAddress } from "./addresses.js";
import { json, read, redirect, text, type Context, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { issueCode } from "./flows.js";
import { methodOf } from "./link-mails.js";
import { redirectTarget, withFragment, withQuery } from "./links.js";
import * as tokens from "./one-time-tokens.js";
import { confirm } from "./signup.js";
import { isBanned, setEmailIdentity, updateUser, userById, type User } from "./users.js";

const form = z.object({ type: text, token: text, token_hash: text, email: text });

const halfDone = "Confirmation link accepted. Please proceed to confirm link sent to the other email";

/** `POST /verify`: a session for the code of a mail, or for the hash in its link. */
export const verify: Handler = async (context) => {
  const body = read(context, form);
  if (body.type === "") throw invalid("Verify requires a verification type");
  if ((body.token === "") === (body.token_hash === "")) {
    throw invalid("Verify requires either a token or a token hash");
  }
  if (body.token !== "" && body.email === "") {
    throw invalid("Only an email address or phone number should be provided on verify");
  }
  const hashes = body.token === "" ? [body.token_hash] : codeHashes(checkedAddress(body.email), body.token);
  const message =
    body.token === "" ? "Email link is invalid or has expired" : "Token has expired or is invalid";
  const { user } = await redeem(context, body.type, hashes, message);
  if (user === undefined) return json({ msg: halfDone, code: "200" });
  return json(await context.sessions.begin(context.db, user, "otp", context.request.headers["user-agent"]));
};

/** `GET /verify`: the link of a mail; sends the user on to the site, with a session or an error. */
export const followLink: Handler = async (context) => {
  const { request, url, settings } = context;
  const type = url.searchParams.get("type") ?? "";
  const hash = url.searchParams.get("token") ?? "";
  if (type === "") throw invalid("Verify requires a verification type");
  if (hash === "") throw invalid("Verify requires a token or a token hash");
  const target = redirectTarget(request, url, settings);
  const { user, used } = await redeem(context, type, [hash], "Email link is invalid or has expired");
  if (user === undefined) return redirect(303, withFragment(target, { message: halfDone }));
  if (hash.startsWith(tokens.pkcePrefix)) {
    return redirect(303, withQuery(target, { code: await issueCode(context.db, user.id, methodOf(used)) }));
  }
  const session = await context.sessions.begin(context.db, user, "otp", request.headers["user-agent"]);
  const names = ["access_token", "expires_at", "expires_in", "refresh_token", "token_type"];
  const values = names.map((name) => [name, String(session[name])]);
  return redirect(303, withFragment(target, { ...(Object.fromEntries(values) as object), type }));
};

/** Sends the user on with what went wrong. */
export function redirectError(context: Omit<Context, "db">, error: AuthError): Answer {
  const { request, url, settings } = context;
  const names: Readonly<Record<number, string>> = {
    400: "invalid_request",
    401: "unauthorized_client",
    403: "access_denied",
    500: "server_error",
    503: "temporarily_unavailable",
  };
  const values = {
    error: names[error.status] ?? "server_error",
    error_code: error.code,
    error_description: error.message,
  };
  const target = redirectTarget(request, url, settings);
  const pkce = url.searchParams.get("token")?.startsWith(tokens.pkcePrefix) ?? false;
  return redirect(303, withFragment(pkce ? withQuery(target, values) : target, values));
}

const codeHashes = (address: string, code: string) => {
  const hash = tokens.hashOf(address, code);
  return [hash, tokens.pkcePrefix + hash];
};

/** Uses the token up. @returns no user when another confirmation is to come */
async function redeem(
  context: Context,
  type: string,
  hashes: readonly string[],
  message: string,
): Promise<{ user?: User; used: Exclude<tokens.VerifyType, "email"> }> {
  const { db, settings } = context;
  if (!tokens.isVerifyType(type)) throw invalid("Invalid email verification type");
  const found = await tokens.findToken(db, type, hashes, settings.mail.otpExpiry);
  const user = found && (await userById(db, found.user_id));
  if (found === undefined || user === undefined) throw new AuthError(403, "otp_expired", message);
  if (isBanned(user)) throw new AuthError(403, "user_banned", "User is banned");
  if (type === "email_change") return { user: await changeAddress(context, user, found), used: type };
  await tokens.voidTokens(db, user.id);
  const either = found.token_type === "confirmation_token" ? "signup" : "magiclink";
  return { user: await confirm(context, user), used: type === "email" ? either : type };
}

/** Takes over the new address once every link that was sent for it has been followed. */
async function changeAddress(
  { db }: Context,
  user: User,
  { token_type }: tokens.OneTimeToken,
): Promise<User | undefined> {
  const left = await tokens.voidTokens(db, user.id, token_type);
  if (left > 0 || !user.email_change) return undefined;
  await setEmailIdentity(db, user.id, {}, user.email_change, true);
  return updateUser(db, user.id, {
    email: user.email_change,
    email_change: null,
    email_confirmed_at: user.email_confirmed_at ?? new Date(),
    is_anonymous: false,
    raw_app_meta_data: { ...user.raw_app_meta_data, provider: "email", providers: ["email"] },
  });
}
