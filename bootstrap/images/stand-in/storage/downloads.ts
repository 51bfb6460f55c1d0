import type { Readable } from "node:stream";
import { type Call, context, type Handler, json, type Reply, validName } from "./call.js";
import { findBucket } from "./bucket-rows.js";
import { isS3Error, noSuchBucket } from "./errors.js";
import { findObject, type ObjectRow } from "./rows.js";

/** GET for the caller: policies decide, and a public bucket is open to all. */
export const own: Handler = async (call) => bytes(call, await visibleRow(call));

/** GET from a public bucket, for anyone. */
export const open: Handler = async (call) => bytes(call, await publicRow(call));

/** GET with a signed URL's token. */
export const signed: Handler = async (call) => {
  const path = `${call.bucket}/${call.name}`;
  const { exp = 0 } = await call.tokens.signed(call.query.get("token") ?? "", path, "download");
  const reply = await bytes(call, await rowFor(call, "superuser"));
  return {
    ...reply,
    headers: { ...reply.headers, "Cache-Control": undefined, Expires: httpDate(exp * 1000) },
  };
};

export const head: Handler = async (call) => described(await visibleRow(call));
export const openHead: Handler = async (call) => described(await publicRow(call));
export const info: Handler = async (call) => json(summary(await visibleRow(call)));
export const openInfo: Handler = async (call) => json(summary(await publicRow(call)));

/** The row that the caller may read. */
export async function visibleRow(call: Call): Promise<ObjectRow> {
  const bucket = await call.database.transaction(context(call, "superuser"), (client) =>
    findBucket(client, call.bucket),
  );
  if (!bucket.public && !call.identity.authenticated) throw noSuchBucket();
  return rowFor(call, bucket.public ? "superuser" : undefined);
}

export async function publicRow(call: Call): Promise<ObjectRow> {
  const bucket = await call.database.transaction(context(call, "superuser"), (client) =>
    findBucket(client, call.bucket),
  );
  if (!bucket.public) throw noSuchBucket();
  return rowFor(call, "superuser");
}

export function rowFor(call: Call, as?: "superuser"): Promise<ObjectRow> {
  validName(call.name);
  return call.database.transaction(context(call, as), (client) => findObject(client, call.bucket, call.name));
}

async function bytes(call: Call, row: ObjectRow): Promise<Reply> {
  const { range, "if-none-match": ifNoneMatch, "if-modified-since": ifModifiedSince } = call.request.headers;
  const location = { bucket: call.bucket, name: call.name, version: row.version };
  try {
    const found = await call.blobs.get(location, { range, ifNoneMatch, ifModifiedSince }, call.signal);
    return {
      status: found.ContentRange === undefined ? 200 : 206,
      headers: {
        ...common(found.ContentType, found.ETag, found.CacheControl),
        "Content-Length": String(found.ContentLength ?? 0),
        "Content-Range": found.ContentRange,
        "Last-Modified": found.LastModified?.toUTCString(),
        ...disposition(call.query),
      },
      body: found.Body as Readable,
    };
  } catch (error) {
    if (isS3Error(error) && error.$metadata.httpStatusCode === 304) return { status: 304 };
    throw error;
  }
}

function described({ metadata }: ObjectRow): Reply {
  const { mimetype, eTag, cacheControl, size, lastModified } = (metadata ?? {}) as Record<string, unknown>;
  return {
    headers: {
      ...common(text(mimetype), text(eTag), text(cacheControl)),
      "Content-Length": typeof size === "number" ? String(size) : undefined,
      "Last-Modified": typeof lastModified === "string" ? httpDate(lastModified) : undefined,
    },
  };
}

function summary(row: ObjectRow): object {
  const { size = null, mimetype = null, cacheControl = null, eTag = null } = row.metadata ?? {};
  const { id, name, version, bucket_id } = row;
  return {
    ...{
      id,
      name,
      version,
      bucket_id,
      size,
      content_type: mimetype,
      cache_control: cacheControl,
      etag: eTag,
    },
    ...{ metadata: row.user_metadata, last_modified: row.updated_at, created_at: row.created_at },
  };
}

/** Headers of every object; HTML is shown as text, so that no upload runs under the stack's own address. */
export function common(type = "application/octet-stream", etag?: string, cacheControl?: string) {
  return {
    "Accept-Ranges": "bytes",
    "Content-Type": type.includes("text/html") ? "text/plain" : type,
    ETag: etag,
    "Cache-Control": cacheControl,
    "X-Robots-Tag": "none",
  };
}

export function disposition(query: URLSearchParams): Record<string, string> {
  const download = query.get("download");
  if (download === null) return {};
  const name = encodeURIComponent(download);
  const named = download === "" ? "" : ` filename=${name}; filename*=UTF-8''${name}`;
  return { "Content-Disposition": `attachment;${named}` };
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const httpDate = (value: string | number): string => new Date(value).toUTCString();
