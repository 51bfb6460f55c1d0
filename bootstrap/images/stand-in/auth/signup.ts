import { randomUUID } from "node:crypto";
import { z } from "zod";
import { checkedAddress } from "./addresses.js";
import { audience, json, object, read, text, type Context, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { checkChallenge, type Challenge } from "./flows.js";
import { mailLink } from "./link-mails.js";
import { checkStrength, hashPassword } from "./passwords.js";
import * as users from "./users.js";

const challenge = { code_challenge: text, code_challenge_method: text };
const form = z.object({ email: text, phone: text, password: text, data: object, ...challenge });

/** What a new user brings. */
export interface Registration extends Challenge {
  readonly email: string;
  readonly password: string;
  readonly data: users.Json;
}

/** `POST /signup`: a user with an address and a password, or one without a name. */
export const signup: Handler = async (context) => {
  const { db, settings, sessions, request } = context;
  const { signups } = settings;
  const body = read(context, form);
  if (body.email === "" && body.phone === "") return signupAnonymously(context, body.data);
  if (signups.disabled) throw signupDisabled();
  if (body.password === "") throw invalid("Signup requires a valid password");
  checkStrength(body.password, signups.passwordLength);
  if (body.email === "") throw new AuthError(400, "phone_provider_disabled", "Phone signups are disabled");
  if (body.phone !== "") {
    throw invalid("Only an email address or phone number should be provided on signup.");
  }
  const user = await register(context, body);
  if (user === undefined) return json(disguised(context, body));
  if (!users.isConfirmed(user)) return json(users.userJson(user));
  return json(await sessions.begin(db, user, "password", request.headers["user-agent"]));
};

/** Makes the user or reminds them of confirming. @returns undefined when the address is taken and nobody shall know */
export async function register(
  context: Context,
  registration: Registration,
): Promise<users.User | undefined> {
  const { db, settings } = context;
  const { signups } = settings;
  if (signups.disabled) throw signupDisabled();
  if (!signups.email) throw new AuthError(400, "email_provider_disabled", "Email signups are disabled");
  checkChallenge(registration);
  const email = checkedAddress(registration.email);
  const known = await users.userByEmail(db, email, audience(context));
  if (known && users.isConfirmed(known)) {
    if (signups.autoconfirm) throw new AuthError(422, "user_already_exists", "User already registered");
    return undefined;
  }
  const user = known ?? (await createEmailUser(context, { ...registration, email }));
  if (signups.autoconfirm) return confirm(context, user);
  await mailLink(context, user, "signup", registration);
  return (await users.userById(db, user.id)) ?? user;
}

/** Makes a user with an address that is not confirmed yet. */
export async function createEmailUser(
  context: Context,
  { email, password, data }: Pick<Registration, "email" | "password" | "data">,
  more: Partial<users.UserColumns> = {},
): Promise<users.User> {
  return users.createUser(context.db, {
    aud: audience(context),
    role: context.settings.jwt.defaultRole,
    email,
    encrypted_password: password === "" ? null : await hashPassword(password),
    raw_app_meta_data: { provider: "email", providers: ["email"] },
    raw_user_meta_data: data,
    ...more,
  });
}

/** Notes that the address is the user's. */
export async function confirm({ db }: Context, user: users.User): Promise<users.User> {
  if (user.email) await users.setEmailIdentity(db, user.id, {}, user.email, true);
  return users.updateUser(db, user.id, {
    email_confirmed_at: user.email_confirmed_at ?? new Date(),
    raw_user_meta_data: { ...user.raw_user_meta_data, email_verified: true },
  });
}

const signupAnonymously = async (context: Context, data: users.Json) => {
  const { db, settings, sessions, request } = context;
  if (!settings.signups.anonymous) {
    throw new AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
  }
  if (settings.signups.disabled) throw signupDisabled();
  const user = await users.createUser(db, {
    aud: audience(context),
    role: settings.jwt.defaultRole,
    raw_user_meta_data: data,
    is_anonymous: true,
  });
  return json(await sessions.begin(db, user, "anonymous", request.headers["user-agent"]));
};

const signupDisabled = () => new AuthError(422, "signup_disabled", "Signups not allowed for this instance");

/** What a new user would look like, so that nobody learns who is registered. */
function disguised(context: Context, { email, data }: Registration): users.Json {
  const now = new Date();
  return {
    id: randomUUID(),
    aud: audience(context),
    role: "",
    email: email.toLowerCase(),
    phone: "",
    confirmation_sent_at: now,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: data,
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}
