import { Readable } from "node:stream";
import type { Call, Handler, Reply } from "./call.js";
import { common, disposition, publicRow, rowFor } from "./downloads.js";
import { StorageError } from "./errors.js";
import type { ObjectRow } from "./rows.js";
import {
  fromTokenText,
  imgproxyOptions,
  parseTransformation,
  type Transformation,
} from "./transformation.js";

const fromQuery = ({ query }: Call): Transformation => parseTransformation(Object.fromEntries(query));

export const own: Handler = async (call) => render(call, await rowFor(call), fromQuery(call));
export const open: Handler = async (call) => render(call, await publicRow(call), fromQuery(call));

/** GET with a signed URL, whose token says what is done to the image. */
export const signed: Handler = async (call) => {
  const path = `${call.bucket}/${call.name}`;
  const { exp = 0, transformations } = await call.tokens.signed(
    call.query.get("token") ?? "",
    path,
    "download",
  );
  const wanted = fromTokenText(typeof transformations === "string" ? transformations : "");
  const reply = await render(call, await rowFor(call, "superuser"), wanted);
  const expires = new Date(exp * 1000).toUTCString();
  return { ...reply, headers: { ...reply.headers, "Cache-Control": undefined, Expires: expires } };
};

/** Has imgproxy fetch the bytes with a URL of its own, and passes its answer on. */
async function render(call: Call, row: ObjectRow, wanted: Transformation): Promise<Reply> {
  const { images } = call.settings;
  if (images === undefined) throw new StorageError(404, "InvalidRequest", "Images are not transformed here");
  const source = await call.blobs.url({ bucket: call.bucket, name: call.name, version: row.version });
  const options = imgproxyOptions(wanted, images);
  const path = ["/public", ...options, "plain", encodeURIComponent(source)].join("/");
  const { accept } = call.request.headers;
  const headers = new Headers();
  if (wanted.format !== "origin" && accept !== undefined) headers.set("Accept", accept);
  const address = images.imgproxy.href.replace(/\/+$/, "") + path;
  const answer = await withDeadline(call.signal, images.timeoutSeconds, (signal) =>
    fetch(address, { headers, signal }),
  ).catch((error: unknown) => {
    throw new StorageError(500, "InternalError", `imgproxy: ${reason(error)}`);
  });
  if (!answer.ok) throw failure(answer.status, await answer.text());
  const { eTag, cacheControl } = (row.metadata ?? {}) as Record<string, string | undefined>;
  return {
    headers: {
      ...common(answer.headers.get("content-type") ?? undefined, eTag, cacheControl),
      "Content-Length": answer.headers.get("content-length") ?? undefined,
      "X-Transformations": options.join(",") || undefined,
      ...disposition(call.query),
    },
    body: answer.body === null ? undefined : Readable.fromWeb(answer.body),
  };
}

/** Lets work begin within so many seconds; what it answers with ends with the call. */
async function withDeadline<T>(
  call: AbortSignal,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any with AbortSignal.timeout: what nothing else holds may be collected before it fires.
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), seconds * 1000);
  call.addEventListener("abort", () => ended.abort(), { once: true });
  try {
    return await work(ended.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** imgproxy's words about a source are the user's matter; about anything else they stay inside. */
function failure(status: number, words: string): StorageError {
  const unusable = /^(Invalid source image|Broken or unsupported image)/i.test(words.trim());
  if (unusable)
    return new StorageError(
      400,
      "InvalidRequest",
      "The source image is invalid or unsupported for rendering",
    );
  if (status >= 500) return new StorageError(status, "InternalError", "Internal error");
  return new StorageError(status, "InvalidRequest", "Invalid image request");
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
