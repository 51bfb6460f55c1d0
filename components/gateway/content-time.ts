import { createHash } from "node:crypto";

/**
 * The time that a served file gets: a number of its content. nginx makes ETags of time and size, so a file that is
 * another at the same size must have another time, and the same file in another build the same one. Of 30 bits, so
 * that it is always in the past.
 */
export const contentTime = (content: string | Uint8Array): Date =>
  new Date((createHash("sha256").update(content).digest().readUInt32BE() >>> 2) * 1000);
