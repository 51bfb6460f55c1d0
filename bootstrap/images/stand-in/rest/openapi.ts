import type { PoolClient } from "pg";

interface Column {
  readonly relation: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

/** What the current role may do something with, as an OpenAPI 2 document. */
export async function openApi(client: PoolClient, schema: string): Promise<unknown> {
  const { rows } = await client.query<Column>(
    `select c.relname as relation, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
            a.attnotnull and not a.atthasdef as required
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_table_privilege(c.oid, 'select, insert, update, delete')
     order by c.relname, a.attnum`,
    [schema],
  );
  const relations = [...new Set(rows.map((row) => row.relation))];
  return {
    swagger: "2.0",
    info: { title: "PostgREST API (stand-in)", version: "14", description: "" },
    basePath: "/",
    schemes: ["http"],
    consumes: ["application/json", "application/vnd.pgrst.object+json"],
    produces: ["application/json", "application/vnd.pgrst.object+json"],
    paths: Object.fromEntries(relations.map((relation) => [`/${relation}`, operations(relation)])),
    definitions: Object.fromEntries(relations.map((relation) => [relation, definition(rows, relation)])),
  };
}

function operations(relation: string): Record<string, unknown> {
  const responses = { 200: { description: "OK", schema: { $ref: `#/definitions/${relation}` } } };
  return Object.fromEntries(
    ["get", "post", "patch", "delete"].map((method) => [method, { tags: [relation], responses }]),
  );
}

function definition(rows: readonly Column[], relation: string): Record<string, unknown> {
  const columns = rows.filter((row) => row.relation === relation);
  return {
    type: "object",
    required: columns.filter((column) => column.required).map((column) => column.name),
    properties: Object.fromEntries(
      columns.map(({ name, type }) => [name, { ...jsonType(type), format: type }]),
    ),
  };
}

function jsonType(type: string): { type?: string } {
  if (/^(smallint|integer|bigint)$/.test(type)) return { type: "integer" };
  if (/^(numeric|real|double precision)/.test(type)) return { type: "number" };
  if (type === "boolean") return { type: "boolean" };
  if (type.endsWith("[]")) return { type: "array" };
  return /^jsonb?$/.test(type) ? {} : { type: "string" };
}
