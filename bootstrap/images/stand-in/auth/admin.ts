import { z } from "zod";
import { isUuid } from "./access-tokens.js";
import { checkedAddress } from "./addresses.js";
import { audience, flag, json, object, read, text, type Context, type Handler } from "./context.js";
import { AuthError, invalid } from "./errors.js";
import { checkStrength, hashPassword, randomPassword } from "./passwords.js";
import { confirm, createEmailUser } from "./signup.js";
import { refuseTaken } from "./user.js";
import * as users from "./users.js";
import { goDuration } from "./values.js";

const form = z.object({
  id: text,
  email: text,
  password: text,
  role: text,
  email_confirm: flag,
  user_metadata: object,
  app_metadata: object,
  ban_duration: text,
});

/** Lets the handler answer the service itself and nobody else. */
export const forAdmins =
  (handler: Handler): Handler =>
  async (context) => {
    await context.tokens.requireAdmin(context.request);
    return handler(context);
  };

export const listUsers: Handler = async (context) => {
  const query = context.url.searchParams;
  const page = Number(query.get("page") || 1);
  const perPage = Number(query.get("per_page") || 50);
  if (![page, perPage].every((number) => Number.isInteger(number) && number > 0)) {
    throw invalid("Bad Pagination Parameters: expected whole numbers above 0");
  }
  const aud = audience(context);
  const filter = query.get("filter") ?? "";
  const { users: found, total } = await users.listUsers(context.db, { aud, page, perPage, filter });
  const last = Math.ceil(total / perPage);
  const link = (number: number, rel: string) =>
    `</admin/users?page=${number}&per_page=${perPage}>; rel="${rel}"`;
  const links = [...(page < last ? [link(page + 1, "next")] : []), link(last, "last")];
  return json(
    { users: found.map(users.userJson), aud },
    { "X-Total-Count": String(total), Link: links.join(", ") },
  );
};

export const createUser: Handler = async (context) => {
  const body = read(context, form);
  if (body.email === "") throw invalid("Cannot create a user without either an email or phone");
  const email = checkedAddress(body.email);
  await refuseTaken(context, email);
  if (body.id !== "" && !isUuid(body.id)) throw invalid("ID must conform to the uuid v4 format");
  if (body.password !== "") checkStrength(body.password, 1);
  const user = await createEmailUser(
    context,
    { email, password: body.password || randomPassword(), data: body.user_metadata },
    {
      ...(body.id === "" ? {} : { id: body.id }),
      ...(body.role === "" ? {} : { role: body.role }),
      banned_until: bannedUntil(body.ban_duration) ?? null,
      raw_app_meta_data: { ...body.app_metadata, provider: "email", providers: ["email"] },
    },
  );
  return json(users.userJson(body.email_confirm ? await confirm(context, user) : user));
};

export const showUser: Handler = async (context) => json(users.userJson(await namedUser(context)));

export const changeUser: Handler = async (context) => {
  const { db, settings, sessions } = context;
  const user = await namedUser(context);
  const body = read(context, form);
  const email = body.email === "" ? "" : checkedAddress(body.email);
  if (email !== "" && email !== user.email) await refuseTaken(context, email);
  if (body.password !== "") {
    checkStrength(body.password, settings.signups.passwordLength);
    await sessions.end(db, user.id, "global");
  }
  if (email !== "") await users.setEmailIdentity(db, user.id, {}, email, body.email_confirm);
  const banned = bannedUntil(body.ban_duration);
  const changed = await users.updateUser(db, user.id, {
    ...(email === "" ? {} : { email }),
    ...(body.role === "" ? {} : { role: body.role }),
    ...(body.password === "" ? {} : { encrypted_password: await hashPassword(body.password) }),
    ...(banned === undefined ? {} : { banned_until: banned }),
    raw_app_meta_data: users.merged(user.raw_app_meta_data, body.app_metadata),
    raw_user_meta_data: users.merged(user.raw_user_meta_data, body.user_metadata),
  });
  return json(users.userJson(body.email_confirm ? await confirm(context, changed) : changed));
};

export const deleteUser: Handler = async (context) => {
  const user = await namedUser(context);
  const { should_soft_delete: soft } =
    context.body === ""
      ? { should_soft_delete: false }
      : read(context, z.object({ should_soft_delete: flag }));
  if (soft) {
    // The row stays for those that refer to it, without anything personal.
    await context.sessions.end(context.db, user.id, "global");
    await context.db.query("delete from auth.identities where user_id = $1", [user.id]);
    await context.db.query(
      `update auth.users set deleted_at = now(), email = null, encrypted_password = null, raw_user_meta_data = '{}'
       where id = $1`,
      [user.id],
    );
  } else {
    await context.db.query("delete from auth.users where id = $1", [user.id]);
  }
  return json({});
};

async function namedUser({ db, id }: Context): Promise<users.User> {
  if (!isUuid(id)) throw new AuthError(404, "validation_failed", "user_id must be an UUID");
  const user = await users.userById(db, id);
  if (user === undefined) throw new AuthError(404, "user_not_found", "User not found");
  return user;
}

/** @returns null to lift a ban, undefined to leave it as it is */
function bannedUntil(duration: string): Date | null | undefined {
  if (duration === "") return undefined;
  if (duration === "none") return null;
  const milliseconds = goDuration(duration);
  if (milliseconds === undefined) throw invalid(`invalid format for ban duration: ${duration}`);
  return new Date(Date.now() + milliseconds);
}
