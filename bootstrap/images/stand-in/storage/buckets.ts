import * as rows from "./bucket-rows.js";
import { unsupportedType } from "./body.js";
import { type Call, context, type Handler, json, jsonBody } from "./call.js";
import { invalidParameter, noSuchBucket, StorageError, tooLarge } from "./errors.js";
import { deleteObjects } from "./rows.js";

export const create: Handler = async (call) => {
  const body = await jsonBody(call.request);
  const name = validBucketName(body.name);
  const bucket = { ...change(call, body), id: validBucketName(body.id ?? name), name };
  const { owner } = call.identity;
  await call.database.transaction(context(call), (client) => rows.insertBucket(client, { ...bucket, owner }));
  return json({ name });
};

export const list: Handler = async (call) => {
  const asked = call.query.get("sortColumn") ?? "name";
  const sortColumn = (["id", "name", "created_at", "updated_at"] as const).find((name) => name === asked);
  if (sortColumn === undefined) throw invalidParameter("querystring/sortColumn is not a column");
  const number = (name: string) => (call.query.has(name) ? Number(call.query.get(name)) : undefined);
  const filter = {
    limit: number("limit"),
    offset: number("offset"),
    search: call.query.get("search") ?? undefined,
    sortColumn,
    descending: call.query.get("sortOrder") === "desc",
  };
  return json(await call.database.transaction(context(call), (client) => rows.listBuckets(client, filter)));
};

export const get: Handler = async (call) =>
  json(await call.database.transaction(context(call), (client) => rows.findBucket(client, call.bucket)));

export const update: Handler = async (call) => {
  const changed = change(call, await jsonBody(call.request));
  await call.database.transaction(context(call), (client) => rows.updateBucket(client, call.bucket, changed));
  return json({ message: "Successfully updated" });
};

export const remove: Handler = async (call) => {
  const count = "select from storage.objects where bucket_id = $1 limit 1";
  const found = await call.database.transaction(context(call, "superuser"), (client) =>
    client.query(count, [call.bucket]),
  );
  if (found.rowCount !== 0) {
    const message = "The bucket you tried to delete is not empty";
    throw new StorageError(409, "ResourceNotEmpty", message);
  }
  const { rowCount } = await call.database.transaction(context(call), (client) =>
    client.query("delete from storage.buckets where id = $1", [call.bucket]),
  );
  if (rowCount === 0) throw noSuchBucket();
  return json({ message: "Successfully deleted" });
};

/** Deletes what the caller may delete, some hundred objects at a time. */
export const empty: Handler = async (call) => {
  const { bucket, database, blobs } = call;
  await database.transaction(context(call), (client) => rows.findBucket(client, bucket));
  for (let gone = 1; gone > 0;) {
    const deleted = await database.transaction(context(call), async (client) => {
      const sql = "select name from storage.objects where bucket_id = $1 order by name limit 500";
      const found = await client.query<{ name: string }>(sql, [bucket]);
      return deleteObjects(
        client,
        bucket,
        found.rows.map(({ name }) => name),
      );
    });
    await blobs.discard(deleted.map(({ name, version }) => ({ bucket, name, version })));
    gone = deleted.length;
  }
  return json({ message: "Successfully emptied" });
};

function change({ settings }: Call, body: Readonly<Record<string, unknown>>): rows.BucketChange {
  const { public: open, file_size_limit: limit, allowed_mime_types: types } = body;
  if (open !== undefined && typeof open !== "boolean") throw invalidParameter("body/public must be boolean");
  const fileSizeLimit = limit === undefined || limit === null ? limit : bytes(limit);
  if ((fileSizeLimit ?? 0) > settings.fileSizeLimit) throw tooLarge();
  return { public: open, fileSizeLimit, allowedMimeTypes: mimeTypes(types) };
}

const units: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** A number of bytes, or a text such as `20MB`. */
function bytes(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i.exec(String(value)) ?? [];
  const size = Number(number) * (units[unit.toLowerCase()] ?? NaN);
  if (Number.isNaN(size)) throw invalidParameter("Invalid file size, expected for instance 20MB or 300KB");
  return Math.floor(size);
}

function mimeTypes(value: unknown): readonly string[] | null | undefined {
  if (value === undefined || value === null) return value;
  if (!Array.isArray(value)) throw invalidParameter("body/allowed_mime_types must be array");
  const types = value.map(String).filter((type) => type !== "");
  const wrong = types.find((type) => !/^[\w.+-]+\/([\w.+-]+|\*)(;\s*charset=[\w-]+)?$/.test(type));
  if (wrong !== undefined) throw unsupportedType(wrong);
  return types;
}

function validBucketName(name: unknown): string {
  if (typeof name === "string" && name.length <= 100 && /^[\w!.*'() &$=@;:+,?-]+$/.test(name)) return name;
  throw new StorageError(400, "InvalidBucketName", "Bucket name invalid", "Invalid Input");
}
