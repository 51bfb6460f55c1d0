// Mails that a user asks for without being logged in; whether the address is known, the answer does not tell.
import { z } from "zod";
import { checkedAddress } from "./addresses.js";
import { audience, json, object, read, text, type Context, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { checkChallenge } from "./flows.js";
import { mailAddressChange, mailLink } from "./link-mails.js";
import { randomPassword } from "./passwords.js";
import { register } from "./signup.js";
import { isConfirmed, userByEmail } from "./users.js";

const common = { email: text, phone: text, code_challenge: text, code_challenge_method: text };
const recoverForm = z.object(common);
const resendForm = z.object({ ...common, type: text });
const otpForm = z.object({
  ...common,
  data: object,
  create_user: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
});

function requireEmail({ settings }: Context): void {
  if (!settings.signups.email) {
    throw new AuthError(400, "email_provider_disabled", "Email logins are disabled");
  }
}

/** `POST /recover`: a link for someone who has forgotten their password. */
export const recover: Handler = async (context) => {
  requireEmail(context);
  const body = read(context, recoverForm);
  if (body.email === "") throw invalid("Password recovery requires an email");
  checkChallenge(body);
  const user = await userByEmail(context.db, checkedAddress(body.email), audience(context));
  if (user !== undefined) await mailLink(context, user, "recovery", body);
  return json({});
};

/** `POST /otp`: a link and a code to log in with. */
export const otp: Handler = async (context) => {
  const body = read(context, otpForm);
  if (body.phone !== "") throw new AuthError(400, "phone_provider_disabled", "Unsupported phone provider");
  if (body.email === "") throw invalid("One of email or phone must be set");
  requireEmail(context);
  checkChallenge(body);
  const email = checkedAddress(body.email);
  const known = await userByEmail(context.db, email, audience(context));
  if (known === undefined && !body.create_user) {
    throw new AuthError(422, "otp_disabled", "Signups not allowed for otp");
  }
  // A first mail confirms the address and logs in at once.
  const user =
    known && isConfirmed(known)
      ? known
      : await register(context, { ...body, email, password: randomPassword() });
  if (user !== undefined && isConfirmed(user)) await mailLink(context, user, "magiclink", body);
  return json({});
};

/** `POST /resend`: the last mail once more. */
export const resend: Handler = async (context) => {
  const body = read(context, resendForm);
  if (!["signup", "email_change"].includes(body.type)) {
    throw invalid("Missing one of these types: signup, email_change, sms, phone_change");
  }
  requireEmail(context);
  checkChallenge(body);
  const user = await userByEmail(context.db, checkedAddress(body.email), audience(context));
  if (user !== undefined && body.type === "signup" && !isConfirmed(user)) {
    await mailLink(context, user, "signup", body);
  }
  if (user?.email_change && body.type === "email_change") {
    await mailAddressChange(context, user, user.email_change, body);
  }
  return json({});
};
