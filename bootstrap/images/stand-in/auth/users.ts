import { randomUUID } from "node:crypto";
import type { Connection } from "./database.js";

export type Json = Record<string, unknown>;

/** The columns of `auth.users` that this program writes. */
export interface UserColumns {
  readonly id: string;
  readonly aud: string;
  readonly role: string;
  readonly email: string | null;
  readonly encrypted_password: string | null;
  readonly email_confirmed_at: Date | null;
  readonly invited_at: Date | null;
  readonly confirmation_sent_at: Date | null;
  readonly recovery_sent_at: Date | null;
  readonly email_change: string | null;
  readonly email_change_sent_at: Date | null;
  readonly last_sign_in_at: Date | null;
  readonly raw_app_meta_data: Json;
  readonly raw_user_meta_data: Json;
  readonly banned_until: Date | null;
  readonly deleted_at: Date | null;
  readonly is_anonymous: boolean;
}

export interface User extends UserColumns {
  readonly phone: string | null;
  readonly confirmed_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly identities: readonly Json[];
}

const select = `
  select u.*, (
    select coalesce(jsonb_agg((to_jsonb(i) - 'id' - 'provider_id') ||
      jsonb_build_object('identity_id', i.id, 'id', i.provider_id) order by i.created_at), '[]')
    from auth.identities i where i.user_id = u.id
  ) as identities
  from auth.users u`;

async function one(db: Connection, condition: string, values: readonly unknown[]): Promise<User | undefined> {
  const { rows } = await db.query<User>(`${select} where u.deleted_at is null and ${condition}`, [...values]);
  return rows[0];
}

export const userById = (db: Connection, id: string) => one(db, "u.id = $1", [id]);

export const userByEmail = (db: Connection, email: string, aud: string) =>
  one(db, "u.email = $1 and u.aud = $2 and not u.is_sso_user", [email.toLowerCase(), aud]);

/** One page of users, newest first, and how many there are. */
export async function listUsers(
  db: Connection,
  { aud, page, perPage, filter }: { aud: string; page: number; perPage: number; filter: string },
): Promise<{ users: User[]; total: number }> {
  const condition = "where u.deleted_at is null and u.aud = $1 and coalesce(u.email, '') ilike $2";
  const values = [aud, `%${filter}%`];
  const counted = await db.query<{ total: string }>(
    `select count(*) as total from auth.users u ${condition}`,
    values,
  );
  const { rows } = await db.query<User>(
    `${select} ${condition} order by u.created_at desc, u.id limit $3 offset $4`,
    [...values, perPage, (page - 1) * perPage],
  );
  return { users: rows, total: Number(counted.rows[0]?.total) };
}

/** Writes a new user, with an identity for its address where it has one. */
export async function createUser(db: Connection, columns: Partial<UserColumns>): Promise<User> {
  const row = { id: randomUUID(), ...columns };
  const names = Object.keys(row);
  const places = names.map((_, i) => `$${i + 1}`);
  await db.query(
    `insert into auth.users (${names.join(", ")}) values (${places.join(", ")})`,
    Object.values(row),
  );
  if (row.email) await setEmailIdentity(db, row.id, row.raw_user_meta_data ?? {}, row.email, false);
  return reload(db, row.id);
}

/** Changes columns of a user. */
export async function updateUser(db: Connection, id: string, changes: Partial<UserColumns>): Promise<User> {
  const assignments = Object.keys(changes).map((name, i) => `${name} = $${i + 2}, `);
  await db.query(`update auth.users set ${assignments.join("")} updated_at = now() where id = $1`, [
    id,
    ...Object.values(changes),
  ]);
  return reload(db, id);
}

/** Gives the user an identity for an address, or changes the one it has. */
export async function setEmailIdentity(
  db: Connection,
  id: string,
  data: Json,
  email: string,
  verified: boolean,
): Promise<void> {
  const identity = { ...data, sub: id, email, email_verified: verified, phone_verified: false };
  await db.query(
    `insert into auth.identities (provider_id, provider, user_id, identity_data, last_sign_in_at)
     values ($1, 'email', $2, $3, now())
     on conflict (provider_id, provider) do update
     set identity_data = identities.identity_data || excluded.identity_data, updated_at = now()`,
    [id, id, identity],
  );
}

async function reload(db: Connection, id: string): Promise<User> {
  const user = await userById(db, id);
  if (user === undefined) throw new Error(`user ${id} is gone`);
  return user;
}

/** The metadata with changes, where null takes a key away. */
export function merged(data: Json, changes: Json): Json {
  return Object.fromEntries(Object.entries({ ...data, ...changes }).filter(([, value]) => value !== null));
}

export const isConfirmed = (user: User) => user.email_confirmed_at !== null;
export const isBanned = (user: User) => user.banned_until !== null && user.banned_until > new Date();

/** The user as clients see it. */
export function userJson(user: User): Json {
  const optional = {
    email_confirmed_at: user.email_confirmed_at,
    invited_at: user.invited_at,
    confirmation_sent_at: user.confirmation_sent_at,
    confirmed_at: user.confirmed_at,
    recovery_sent_at: user.recovery_sent_at,
    new_email: user.email_change,
    email_change_sent_at: user.email_change_sent_at,
    last_sign_in_at: user.last_sign_in_at,
    banned_until: user.banned_until,
  };
  return {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email ?? "",
    phone: user.phone ?? "",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => Boolean(value))),
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    identities: user.identities,
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: user.is_anonymous,
  };
}
