// Links that the service asks for on behalf of somebody.
import { z } from "zod";
import { checkedAddress } from "./addresses.js";
import { audience, json, object, read, text, type Context, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { issueLink, mailLink } from "./link-mails.js";
import { isAllowed } from "./links.js";
import { checkStrength, randomPassword } from "./passwords.js";
import { createEmailUser } from "./signup.js";
import { refuseTaken } from "./user.js";
import { isConfirmed, updateUser, userByEmail, userById, userJson, type User } from "./users.js";

const inviteForm = z.object({ email: text, data: object });
const linkForm = z.object({ type: text, email: text, password: text, data: object, redirect_to: text });

/** `POST /invite`: makes a user and mails them a link to begin with. */
export const invite: Handler = async (context) => {
  const body = read(context, inviteForm);
  const email = checkedAddress(body.email);
  const user = await unconfirmedUser(context, { ...body, email, password: "" });
  await mailLink(context, user, "invite");
  return json(userJson((await userById(context.db, user.id)) ?? user));
};

/** `POST /admin/generate_link`: the link that a mail would bring, without the mail. */
export const generateLink: Handler = async (context) => {
  const body = read(context, linkForm);
  const email = checkedAddress(body.email);
  const known = await userByEmail(context.db, email, audience(context));
  const type = body.type === "magiclink" && known === undefined ? "signup" : body.type;
  if (type !== "signup" && type !== "invite" && type !== "magiclink" && type !== "recovery") {
    throw invalid(`Invalid email action link type requested: ${type}`);
  }
  const confirms = type === "signup" || type === "invite";
  if (!confirms && known === undefined) {
    throw new AuthError(404, "user_not_found", "User with this email not found");
  }
  const password = body.type === "magiclink" ? randomPassword() : body.password;
  if (type === "signup") checkStrength(password, context.settings.signups.passwordLength);
  const user =
    confirms || known === undefined ? await unconfirmedUser(context, { ...body, email, password }) : known;
  const sent = confirms ? { confirmation_sent_at: new Date() } : { recovery_sent_at: new Date() };
  const changed = await updateUser(context.db, user.id, sent);
  const target = isAllowed(body.redirect_to, context.settings) ? body.redirect_to : "";
  if (target !== "") context.url.searchParams.set("redirect_to", target);
  const tokenType = confirms ? "confirmation_token" : "recovery_token";
  const issued = await issueLink(context, user, { type, tokenType, address: email, pkce: false });
  return json({
    ...userJson(changed),
    action_link: issued.link,
    email_otp: issued.code,
    hashed_token: issued.hash,
    verification_type: type,
    redirect_to: new URL(issued.link).searchParams.get("redirect_to"),
  });
};

async function unconfirmedUser(
  context: Context,
  registration: { email: string; password: string; data: Record<string, unknown> },
): Promise<User> {
  const known = await userByEmail(context.db, registration.email, audience(context));
  if (known !== undefined && isConfirmed(known)) await refuseTaken(context, registration.email);
  return known ?? createEmailUser(context, registration);
}
