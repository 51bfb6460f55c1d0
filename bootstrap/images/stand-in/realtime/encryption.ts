import { createCipheriv, createDecipheriv } from "node:crypto";

// The mode that the table's format asks for; what it protects here are a few short texts.
const algorithm = "aes-128-ecb";

/** Encrypts a text as the tables of Realtime hold it, in base64. */
export function encrypt(text: string, key: string): string {
  const cipher = createCipheriv(algorithm, key, null);
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}

/** Fails where the text was encrypted with another key. */
export function decrypt(encrypted: string, key: string): string {
  const decipher = createDecipheriv(algorithm, key, null);
  return Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]).toString("utf8");
}
