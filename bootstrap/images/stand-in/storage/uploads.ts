import { randomUUID } from "node:crypto";
import type { BlobMetadata, Location } from "./blobs.js";
import { checkMimeType, incomingFile, metadataHeader } from "./body.js";
import { findBucket, type BucketRow } from "./bucket-rows.js";
import { type Call, context, type Handler, json, validName } from "./call.js";
import { tooLarge } from "./errors.js";
import { insertObject, lockVersion, type NewObject, type ObjectRow, upsertObject } from "./rows.js";

/** POST: a new object, or with `x-upsert` one that replaces another. */
export const create: Handler = async (call) => {
  const row = await upload(call, call.request.headers["x-upsert"] === "true");
  return json({ Id: row.id, Key: `${call.bucket}/${call.name}` });
};

/** PUT: an object that replaces another. */
export const update: Handler = async (call) => {
  const row = await upload(call, true);
  return json({ Id: row.id, Key: `${call.bucket}/${call.name}` });
};

/** PUT with a signed URL, whose token says who owns the object and whether it may replace another. */
export const signed: Handler = async (call) => {
  const path = `${call.bucket}/${call.name}`;
  const { owner, upsert } = await call.tokens.signed(call.query.get("token") ?? "", path, "upload");
  const identity = { ...call.identity, owner: typeof owner === "string" ? owner : undefined };
  await upload({ ...call, identity }, upsert === true);
  return json({ Key: path });
};

/** POST: a token that lets someone else upload this object. */
export const sign: Handler = async (call) => {
  const { bucket, identity, request, settings } = call;
  const upsert = request.headers["x-upsert"] === "true";
  await mayUpload(call, { ...described(call), userMetadata: metadataHeader(request) }, upsert);
  const url = `${bucket}/${call.name}`;
  const payload = { owner: identity.owner, url, upsert, scope: "upload" };
  const token = await call.tokens.sign(payload, settings.uploadUrlSeconds);
  return json({ url: `/object/upload/sign/${url}?token=${token}`, token });
};

async function upload(call: Call, upsert: boolean): Promise<ObjectRow> {
  const { bucket, name, blobs } = call;
  validName(name);
  const limits = await bucketOf(call);
  const limit = sizeLimit(call, limits);
  if (Number(call.request.headers["content-length"] ?? 0) > limit + largestFormOverhead) throw tooLarge();
  const file = await incomingFile(call.request);
  checkMimeType(file.mimeType, limits.allowed_mime_types);
  const object = { ...described(call), userMetadata: file.userMetadata };
  await mayUpload(call, { ...object, metadata: { ...object.metadata, mimetype: file.mimeType } }, upsert);

  const location = { bucket, name, version: randomUUID() };
  try {
    const options = { contentType: file.mimeType, cacheControl: file.cacheControl, limit };
    const metadata = await blobs.put(location, file.content, options);
    return await complete(call, location, metadata, file.userMetadata);
  } catch (error) {
    await blobs.discard([location]);
    throw error;
  }
}

// A form's boundaries, fields and headers come on top of the file; the stream itself is counted exactly.
const largestFormOverhead = 1024 * 1024 + 64 * 1024;

/** The bucket's own limits, whoever asks: policies decide about objects, not about these. */
export function bucketOf(call: Call): Promise<BucketRow> {
  return call.database.transaction(context(call, "superuser"), (client) => findBucket(client, call.bucket));
}

export function sizeLimit({ settings }: Call, { file_size_limit: own }: BucketRow): number {
  return Math.min(own ?? Infinity, settings.fileSizeLimit);
}

/** Refuses what the caller's policies do not let them write, before a byte is stored. */
export async function mayUpload(call: Call, object: NewObject, upsert: boolean): Promise<void> {
  const write = upsert ? upsertObject : insertObject;
  await call.database.attempt(context(call), (client) => write(client, object));
}

/** Makes the uploaded bytes the object's, and drops those that they replace. */
export async function complete(
  call: Call,
  location: Location,
  metadata: BlobMetadata,
  userMetadata: object | undefined,
): Promise<ObjectRow> {
  const { bucket, name, version } = location;
  const object = { ...location, owner: call.identity.owner, metadata, userMetadata };
  const { row, replaced } = await call.database.transaction(context(call, "superuser"), async (client) => ({
    replaced: await lockVersion(client, bucket, name),
    row: await upsertObject(client, object),
  }));
  if (replaced !== undefined && replaced !== version)
    await call.blobs.discard([{ bucket, name, version: replaced }]);
  return row;
}

function described({ bucket, name, identity, request }: Call): NewObject {
  const { "content-type": mimetype, "content-length": length } = request.headers;
  const contentLength = length === undefined ? undefined : Number(length);
  return { bucket, name, version: "1", owner: identity.owner, metadata: { mimetype, contentLength } };
}
