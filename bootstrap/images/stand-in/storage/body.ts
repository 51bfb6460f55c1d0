import type { IncomingMessage } from "node:http";
import { invalidRequest, StorageError, tooLarge } from "./errors.js";
import { fieldText, formParts } from "./multipart.js";

/** A file on its way in. */
export interface IncomingFile {
  readonly content: AsyncIterable<Buffer>;
  readonly mimeType: string;
  readonly cacheControl: string;
  readonly userMetadata?: object;
}

const largestMetadata = 1024 * 1024;

/** The file in a request: the whole body, or the first file of a form. */
export async function incomingFile(request: IncomingMessage): Promise<IncomingFile> {
  const { "content-type": contentType = "application/octet-stream" } = request.headers;
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary !== undefined) return fromForm(request, boundary);
  return {
    content: chunks(request),
    mimeType: contentType,
    cacheControl: request.headers["cache-control"] ?? "no-cache",
    userMetadata: metadataHeader(request),
  };
}

/** Metadata of the user's own, in base64. */
export function metadataHeader(request: IncomingMessage): object | undefined {
  const header = request.headers["x-metadata"];
  return typeof header === "string" ? parsed(Buffer.from(header, "base64").toString("utf8")) : undefined;
}

/** Whether a bucket takes files of this type; a list may name `image/*`. */
export function checkMimeType(mimeType: string, allowed: readonly string[] | null): void {
  if (allowed === null || allowed.length === 0) return;
  const [type = "", subtype = ""] = mimeType.split("/");
  const fits = allowed.some((entry) => entry === `${type}/${subtype}` || entry === `${type}/*`);
  if (!fits) throw unsupportedType(mimeType);
}

export const unsupportedType = (type: string) =>
  new StorageError(415, "InvalidMimeType", `mime type ${type} is not supported`, "invalid_mime_type");

async function fromForm(request: IncomingMessage, boundary: string): Promise<IncomingFile> {
  const fields = new Map<string, string>();
  for await (const part of withoutEnd(formParts(chunks(request), boundary))) {
    if (part.filename === undefined) {
      const text = await fieldText(part, largestMetadata, () => tooLarge("user_metadata"));
      fields.set(part.name, text);
      continue;
    }
    const cacheTime = fields.get("cacheControl");
    return {
      content: part.content,
      mimeType: fields.get("contentType") ?? part.contentType ?? "application/octet-stream",
      cacheControl: cacheTime === undefined ? "no-cache" : `max-age=${cacheTime}`,
      userMetadata: parsed(fields.get("metadata") ?? fields.get("userMetadata") ?? ""),
    };
  }
  throw invalidRequest("No content provided");
}

/** The body; leaving it early must not close the connection that the answer goes out on. */
const chunks = (request: IncomingMessage): AsyncIterable<Buffer> =>
  request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;

/** The same parts, where leaving the loop does not end their source. */
function withoutEnd<T>(source: AsyncGenerator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) };
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
