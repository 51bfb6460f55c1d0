import { z } from "zod";
import { audience, json, read, text, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { exchangeCode } from "./flows.js";
import { matches } from "./passwords.js";
import { isBanned, isConfirmed, userByEmail, userById } from "./users.js";

const passwordForm = z.object({ email: text, phone: text, password: text });
const refreshForm = z.object({ refresh_token: text });
const pkceForm = z.object({ auth_code: text, code_verifier: text });

const wrongCredentials = () => new AuthError(400, "invalid_credentials", "Invalid login credentials");

const password: Handler = async (context) => {
  const { db, settings, sessions, request } = context;
  const body = read(context, passwordForm);
  if (body.phone !== "") throw new AuthError(422, "phone_provider_disabled", "Phone logins are disabled");
  if (body.email === "") throw invalid("missing email or phone");
  if (!settings.signups.email) {
    throw new AuthError(422, "email_provider_disabled", "Email logins are disabled");
  }
  const user = await userByEmail(db, body.email, audience(context));
  if (user === undefined) throw wrongCredentials();
  if (isBanned(user)) throw new AuthError(400, "user_banned", "User is banned");
  if (!(await matches(user, body.password))) throw wrongCredentials();
  if (!isConfirmed(user)) throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
  return json(await sessions.begin(db, user, "password", request.headers["user-agent"]));
};

const refresh: Handler = async (context) =>
  json(await context.sessions.refresh(context.db, read(context, refreshForm).refresh_token));

const pkce: Handler = async (context) => {
  const { db, sessions, request } = context;
  const { auth_code, code_verifier } = read(context, pkceForm);
  const flow = await exchangeCode(db, auth_code, code_verifier);
  const user = await userById(db, flow.user_id);
  if (user === undefined) throw new AuthError(404, "user_not_found", "User not found");
  const agent = request.headers["user-agent"];
  return json(await sessions.begin(db, user, flow.authentication_method, agent));
};

const grants: Readonly<Record<string, Handler>> = { password, refresh_token: refresh, pkce };

/** `POST /token`: a session for a password, for an earlier session's token, or for a code. */
export const token: Handler = (context) => {
  const grant = grants[context.url.searchParams.get("grant_type") ?? ""];
  if (grant === undefined) throw new AuthError(400, "invalid_credentials", "unsupported_grant_type");
  return grant(context);
};
