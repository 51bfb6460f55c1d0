import { context, type Handler, json, jsonBody } from "./call.js";
import { invalidParameter } from "./errors.js";

const columns = ["name", "updated_at", "created_at", "last_accessed_at"] as const;

/** What lies right under a prefix: objects, and folders as rows without an id. */
const entries = `
with found as (
  select substr(name, length($2) + 1) as rest, id, updated_at, created_at, last_accessed_at, metadata
  from storage.objects
  where bucket_id = $1 and starts_with(lower(name), lower($2 || $3))
)
select split_part(rest, '/', 1) as name, null as id, null as updated_at, null as created_at,
  null as last_accessed_at, null as metadata
from found where strpos(rest, '/') > 0 group by 1
union all
select rest, id::text, updated_at::text, created_at::text, last_accessed_at::text, metadata
from found where strpos(rest, '/') = 0`;

/** POST: the content of a folder. */
export const list: Handler = async (call) => {
  const body = await jsonBody(call.request);
  const { prefix = "", search = "", limit = 100, offset = 0, sortBy } = body;
  if (typeof prefix !== "string" || typeof search !== "string")
    throw invalidParameter("body/prefix and body/search must be string");
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const sql = `select * from (${entries}) entry order by ${order(sortBy)} limit $4 offset $5`;
  const values = [call.bucket, folder, search, whole("limit", limit), whole("offset", offset)];
  const { rows } = await call.database.transaction(context(call), (client) => client.query(sql, values));
  return json(rows);
};

function order(sortBy: unknown): string {
  const { column, order: direction } = (sortBy ?? {}) as { column?: unknown; order?: unknown };
  const known = columns.find((name) => name === (column ?? "name"));
  if (known === undefined) throw invalidParameter(`body/sortBy/column must be one of ${columns.join(", ")}`);
  const way = direction === "desc" ? "desc" : "asc";
  return known === "name" ? `name ${way}` : `(id is not null), ${known} ${way}, name`;
}

function whole(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw invalidParameter(`body/${name} must be integer`);
}
