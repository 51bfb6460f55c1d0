// The rows of `storage.objects`, read and written by whoever the transaction's role is.
import type { PoolClient } from "pg";
import { alreadyExists, asStorageError, noSuchKey } from "./errors.js";

/** A row as the API answers with it. */
export interface ObjectRow {
  readonly id: string;
  readonly bucket_id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly owner_id: string | null;
  readonly version: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_accessed_at: string;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly user_metadata: Readonly<Record<string, unknown>> | null;
}

export interface NewObject {
  readonly bucket: string;
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly metadata?: object;
  readonly userMetadata?: object;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const insertion = `insert into storage.objects
  (bucket_id, name, version, owner, owner_id, metadata, user_metadata) values ($1, $2, $3, $4, $5, $6, $7)`;

const replacement = `on conflict (bucket_id, name) do update set
  version = excluded.version, metadata = excluded.metadata, user_metadata = excluded.user_metadata,
  owner = coalesce(excluded.owner, objects.owner), owner_id = coalesce(excluded.owner_id, objects.owner_id)`;

export async function insertObject(client: PoolClient, object: NewObject): Promise<void> {
  try {
    await client.query(insertion, values(object));
  } catch (error) {
    const known = asStorageError(error);
    throw known.code === "ResourceAlreadyExists" ? alreadyExists("KeyAlreadyExists") : error;
  }
}

export async function upsertObject(client: PoolClient, object: NewObject): Promise<ObjectRow> {
  const sql = `${insertion} ${replacement} returning *`;
  return only(await client.query<ObjectRow>(sql, values(object)));
}

/** The row, or an error where there is none that the role may see. */
export async function findObject(client: PoolClient, bucket: string, name: string): Promise<ObjectRow> {
  const sql = "select * from storage.objects where bucket_id = $1 and name = $2";
  return only(await client.query<ObjectRow>(sql, [bucket, name]));
}

/** The version that an upload is about to replace, locked until the transaction ends. */
export async function lockVersion(
  client: PoolClient,
  bucket: string,
  name: string,
): Promise<string | undefined> {
  const sql = "select version from storage.objects where bucket_id = $1 and name = $2 for update";
  return (await client.query<{ version: string }>(sql, [bucket, name])).rows[0]?.version;
}

export async function renameObject(
  client: PoolClient,
  from: { readonly bucket: string; readonly name: string },
  to: NewObject,
): Promise<ObjectRow> {
  const sql = `update storage.objects set bucket_id = $1, name = $2, version = $3,
    owner = coalesce($4, owner), owner_id = coalesce($5, owner_id), metadata = coalesce($6, metadata)
    where bucket_id = $7 and name = $8 returning *`;
  const changed = [...values(to).slice(0, 6), from.bucket, from.name];
  return only(await client.query<ObjectRow>(sql, changed));
}

/** Deletes what the role may delete. @returns the rows that are gone */
export async function deleteObjects(
  client: PoolClient,
  bucket: string,
  names: readonly string[],
): Promise<ObjectRow[]> {
  const sql = "delete from storage.objects where bucket_id = $1 and name = any($2) returning *";
  return (await client.query<ObjectRow>(sql, [bucket, names])).rows;
}

function values({ bucket, name, version, owner = "", metadata, userMetadata }: NewObject): unknown[] {
  return [
    ...[bucket, name, version, uuid.test(owner) ? owner : null, owner || null],
    ...[metadata ?? null, userMetadata ?? null],
  ];
}

function only({ rows }: { readonly rows: readonly ObjectRow[] }): ObjectRow {
  const [row] = rows;
  if (row === undefined) throw noSuchKey();
  return row;
}
