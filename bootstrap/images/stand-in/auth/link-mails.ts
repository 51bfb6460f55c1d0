// Mails that bring a user a link and a code.
import type { Context } from "./context.js";
import { beginFlow, type Challenge } from "./flows.js";
import { actionLink, externalBase, redirectTarget } from "./links.js";
import type { MailType } from "./mail-settings.js";
import { checkFrequency } from "./mailer.js";
import { hashOf, newCode, pkcePrefix, saveToken, type TokenType } from "./one-time-tokens.js";
import { updateUser, type User } from "./users.js";

/** A link, and what else shows that the mail was read. */
export interface IssuedLink {
  readonly link: string;
  readonly code: string;
  readonly hash: string;
}

export const noChallenge: Challenge = { code_challenge: "", code_challenge_method: "" };

/** The name that a login with such a mail has among the methods. */
export const methodOf = (type: MailType) => (type === "signup" ? "email/signup" : type);

/** Makes a token for the address and keeps its hash. */
export async function issueLink(
  context: Context,
  user: User,
  {
    type,
    tokenType,
    address,
    pkce,
  }: { type: MailType; tokenType: TokenType; address: string; pkce: boolean },
): Promise<IssuedLink> {
  const { db, request, url, settings } = context;
  const code = newCode(settings.mail.otpLength);
  const hash = (pkce ? pkcePrefix : "") + hashOf(address, code);
  await saveToken(db, { user_id: user.id, token_type: tokenType, token_hash: hash, relates_to: address });
  const target = redirectTarget(request, url, settings);
  const base = externalBase(request, settings);
  return { link: actionLink(base, settings.mail.paths[type], { token: hash, type, target }), code, hash };
}

/** Sends the user a link of the type to the address of their account. */
export async function mailLink(
  context: Context,
  user: User,
  type: Exclude<MailType, "email_change">,
  challenge = noChallenge,
): Promise<void> {
  const { db, mailer, settings } = context;
  const confirms = type === "signup" || type === "invite";
  const sent = confirms ? "confirmation_sent_at" : "recovery_sent_at";
  if (type !== "invite") checkFrequency(user[sent], settings.mail.maxFrequency);
  const pkce = challenge.code_challenge !== "";
  if (pkce) await beginFlow(db, challenge, { user: user.id, provider: "email", method: methodOf(type) });
  const address = user.email ?? "";
  const tokenType = confirms ? "confirmation_token" : "recovery_token";
  const { link, code } = await issueLink(context, user, { type, tokenType, address, pkce });
  const now = new Date();
  await updateUser(db, user.id, { [sent]: now, ...(type === "invite" ? { invited_at: now } : {}) });
  await mailer.send({ to: address, type, link, code });
}

/** Sends links to the new address and, where both have to agree, to the old one. */
export async function mailAddressChange(
  context: Context,
  user: User,
  address: string,
  challenge: Challenge,
): Promise<void> {
  const { db, mailer, settings } = context;
  checkFrequency(user.email_change_sent_at, settings.mail.maxFrequency);
  const pkce = challenge.code_challenge !== "";
  if (pkce) await beginFlow(db, challenge, { user: user.id, provider: "email", method: "email_change" });
  await updateUser(db, user.id, { email_change: address, email_change_sent_at: new Date() });
  const type = "email_change";
  const recipients: [TokenType, string][] = [["email_change_token_new", address]];
  if (settings.mail.secureEmailChange && user.email) {
    recipients.push(["email_change_token_current", user.email]);
  }
  for (const [tokenType, to] of recipients) {
    const { link, code } = await issueLink(context, user, { type, tokenType, address: to, pkce });
    await mailer.send({ to, type, link, code });
  }
}
