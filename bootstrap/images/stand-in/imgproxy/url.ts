import { createHmac, timingSafeEqual } from "node:crypto";
import { forbidden, invalidUrl } from "./errors.js";
import { type Options, parseOptions } from "./options.js";
import type { SigningPair } from "./settings.js";

/** A request for an image: `/signature/option:value/…/plain/source@extension`, or the source in base64. */
export interface ImageRequest {
  readonly options: Options;
  readonly source: string;
}

export function parsePath(path: string, signing: readonly SigningPair[]): ImageRequest {
  const [, signature = "", rest = ""] = /^\/([^/]+)(\/.*)$/.exec(path) ?? [];
  if (rest === "") throw invalidUrl(`Invalid path: ${path}`);
  verify(signature, rest, signing);
  const parts = rest.slice(1).split("/");
  const end = parts.findIndex((part) => !part.includes(":"));
  if (end < 0) throw invalidUrl("Image URL is empty");
  const [first, ...others] = parts.slice(end);
  const { source, extension } =
    first === "plain" && others.length > 0 ? plain(others.join("/")) : base64(parts.slice(end).join(""));
  return { options: parseOptions(parts.slice(0, end), extension), source };
}

function plain(encoded: string): { source: string; extension?: string } {
  const { body, extension } = split(encoded, "@");
  try {
    return { source: decodeURIComponent(body), extension };
  } catch {
    throw invalidUrl(`Invalid url encoding: ${encoded}`);
  }
}

function base64(encoded: string): { source: string; extension?: string } {
  const { body, extension } = split(encoded, ".");
  if (!/^[\w-]+=*$/.test(body)) throw invalidUrl(`Invalid url encoding: ${encoded}`);
  return { source: Buffer.from(body, "base64url").toString("utf8"), extension };
}

function split(encoded: string, mark: string): { body: string; extension?: string } {
  const [body = "", extension, ...more] = encoded.split(mark);
  if (body === "") throw invalidUrl("Image URL is empty");
  if (more.length > 0) throw invalidUrl(`Multiple formats are specified: ${encoded}`);
  return { body, extension: extension || undefined };
}

function verify(signature: string, path: string, signing: readonly SigningPair[]): void {
  if (signing.length === 0) return;
  const given = Buffer.from(signature, "base64url");
  const matches = signing.some(({ key, salt }) => {
    const expected = createHmac("sha256", key).update(salt).update(path).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!matches) throw forbidden("Invalid signature");
}
