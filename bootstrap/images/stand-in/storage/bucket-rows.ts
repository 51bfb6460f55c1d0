// The rows of `storage.buckets`.
import type { PoolClient } from "pg";
import { alreadyExists, asStorageError, noSuchBucket } from "./errors.js";

/** A row as the API answers with it. */
export interface BucketRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly public: boolean;
  readonly type: string;
  readonly file_size_limit: number | null;
  readonly allowed_mime_types: readonly string[] | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What can be changed of a bucket; undefined leaves it as it is. */
export interface BucketChange {
  readonly public?: boolean;
  readonly fileSizeLimit?: number | null;
  readonly allowedMimeTypes?: readonly string[] | null;
}

const columns = `id, name, coalesce(owner::text, owner_id, '') as owner, public, type,
  file_size_limit::float8 as file_size_limit, allowed_mime_types, created_at, updated_at`;

/** The row, or an error where there is none that the role may see. */
export async function findBucket(client: PoolClient, id: string): Promise<BucketRow> {
  const sql = `select ${columns} from storage.buckets where id = $1`;
  const [row] = (await client.query<BucketRow>(sql, [id])).rows;
  if (row === undefined) throw noSuchBucket();
  return row;
}

export interface BucketFilter {
  readonly limit?: number;
  readonly offset?: number;
  readonly search?: string;
  readonly sortColumn: "id" | "name" | "created_at" | "updated_at";
  readonly descending: boolean;
}

export async function listBuckets(client: PoolClient, filter: BucketFilter): Promise<BucketRow[]> {
  const { limit = null, offset = 0, search = "", sortColumn, descending } = filter;
  const sql = `select ${columns} from storage.buckets where strpos(lower(name), lower($1)) > 0 or $1 = ''
    order by ${sortColumn} ${descending ? "desc" : "asc"}, id limit $2 offset $3`;
  return (await client.query<BucketRow>(sql, [search, limit, offset])).rows;
}

export async function insertBucket(
  client: PoolClient,
  { id, name, owner, ...change }: BucketChange & { id: string; name: string; owner?: string },
): Promise<void> {
  const sql = `insert into storage.buckets
    (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
    values ($1, $2, case when $3 ~ '^[0-9a-f-]{36}$' then $3::uuid end, $3, $4, $5, $6)`;
  const { public: open = false, fileSizeLimit = null, allowedMimeTypes = null } = change;
  try {
    await client.query(sql, [id, name, owner ?? null, open, fileSizeLimit, allowedMimeTypes]);
  } catch (error) {
    const known = asStorageError(error);
    throw known.code === "ResourceAlreadyExists" ? alreadyExists("BucketAlreadyExists") : error;
  }
}

export async function updateBucket(client: PoolClient, id: string, change: BucketChange): Promise<void> {
  const { public: open, fileSizeLimit, allowedMimeTypes } = change;
  const sql = `update storage.buckets set public = coalesce($2, public),
    file_size_limit = case when $3 then $4 else file_size_limit end,
    allowed_mime_types = case when $5 then $6 else allowed_mime_types end, updated_at = now() where id = $1`;
  const { rowCount } = await client.query(sql, [
    ...[id, open ?? null, fileSizeLimit !== undefined, fileSizeLimit ?? null],
    ...[allowedMimeTypes !== undefined, allowedMimeTypes ?? null],
  ]);
  if (rowCount === 0) throw noSuchBucket();
}
