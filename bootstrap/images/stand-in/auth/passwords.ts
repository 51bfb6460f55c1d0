import { compare, hash } from "bcryptjs";
import { randomBytes } from "node:crypto";
import { AuthError, invalid } from "./errors.js";
import type { User } from "./users.js";

export const hashPassword = (password: string) => hash(password, 10);

/** For users who log in with links alone. */
export const randomPassword = () => randomBytes(32).toString("base64url");

export async function matches(user: User, password: string): Promise<boolean> {
  return user.encrypted_password !== null && (await compare(password, user.encrypted_password));
}

/** Refuses what is too easy to guess, or longer than the hash takes in. */
export function checkStrength(password: string, minimum: number): void {
  if (Buffer.byteLength(password) > 72) throw invalid("Password cannot be longer than 72 characters");
  if (password.length >= minimum) return;
  const more = { weak_password: { reasons: ["length"] } };
  throw new AuthError(422, "weak_password", `Password should be at least ${minimum} characters.`, { more });
}
