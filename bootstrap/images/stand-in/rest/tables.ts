import type { PoolClient } from "pg";
import type { Answer } from "../lib/http.js";
import { primaryKey } from "./catalog.js";
import { RestError } from "./errors.js";
import type { Query } from "./query.js";
import type { Preferences } from "./request.js";
import * as sql from "./sql.js";

/** A request for a table or a view. */
export interface TableRequest {
  readonly method: string;
  readonly table: sql.Name;
  readonly query: Query;
  readonly preferences: Preferences;
  readonly wantsObject: boolean;
  readonly body: string;
}

interface Rows {
  readonly body: string;
  readonly count: number;
}

export async function answerTable(client: PoolClient, request: TableRequest): Promise<Answer> {
  const key = await primaryKey(client, request.table);
  switch (request.method) {
    case "GET":
    case "HEAD":
      return read(client, sql.qualified(request.table) + " as _t", request);
    case "POST":
      return insert(client, request, key);
    case "PATCH":
      return update(client, request);
    case "DELETE":
      return changed(client, request, sql.renderDelete(request.table, request.query, returning(request)));
    default:
      throw new RestError(405, "PGRST117", `Unsupported HTTP method: ${request.method}`);
  }
}

/** Rows of a source, with the range they are out of the whole. */
export async function read(
  client: PoolClient,
  source: string,
  request: Pick<TableRequest, "query" | "preferences" | "wantsObject">,
  values: readonly unknown[] = [],
): Promise<Answer> {
  const { query, preferences } = request;
  const rows = await run(client, sql.renderRead(source, query, values));
  const total = preferences.count
    ? (await run(client, sql.renderCount(source, query, values))).count
    : undefined;
  if (total !== undefined && query.offset > total) {
    const details = `An offset of ${query.offset} was requested, but there are only ${total} rows.`;
    throw new RestError(416, "PGRST103", "Requested range not satisfiable", details);
  }
  const range = rows.count === 0 ? "*" : `${query.offset}-${query.offset + rows.count - 1}`;
  return {
    status: total !== undefined && rows.count < total && !request.wantsObject ? 206 : 200,
    headers: { "Content-Range": `${range}/${total ?? "*"}` },
    ...represented(rows, request.wantsObject),
  };
}

async function insert(client: PoolClient, request: TableRequest, key: readonly string[]): Promise<Answer> {
  const { table, query, preferences } = request;
  const given = json(request.body);
  const objects = Array.isArray(given) ? given : [given];
  if (objects.length === 0) return { status: 201, body: preferences.representation ? "[]" : "" };
  const columns = columnsOf(objects[0]);
  if (objects.some((object) => columnsOf(object).join() !== columns.join())) {
    throw new RestError(400, "PGRST102", "All object keys must match");
  }
  const { resolution } = preferences;
  const target = query.onConflict.length > 0 ? query.onConflict : key;
  const conflict = resolution && { resolution, columns: target };
  const statement = sql.renderInsert(table, columns, JSON.stringify(objects), query, {
    returning: preferences.representation,
    conflict,
  });
  return { ...(await changed(client, request, statement)), status: 201 };
}

async function update(client: PoolClient, request: TableRequest): Promise<Answer> {
  const columns = columnsOf(json(request.body));
  if (columns.length === 0) return returning(request) ? { status: 200, body: "[]" } : { status: 204 };
  return changed(
    client,
    request,
    sql.renderUpdate(request.table, columns, request.body, request.query, returning(request)),
  );
}

async function changed(client: PoolClient, request: TableRequest, statement: sql.Statement): Promise<Answer> {
  const rows = await run(client, statement);
  const range = request.method === "PATCH" && rows.count > 0 ? `0-${rows.count - 1}` : "*";
  const headers: Record<string, string> = { "Content-Range": `${range}/*` };
  if (!returning(request)) return { status: 204, headers };
  headers["Preference-Applied"] = "return=representation";
  const applied = represented(rows, request.wantsObject);
  return { status: 200, ...applied, headers: { ...headers, ...applied.headers } };
}

const returning = (request: TableRequest) => request.preferences.representation;

/** An array, or the only row of it. */
export function represented(rows: Rows, wantsObject: boolean): Pick<Answer, "body" | "headers"> {
  if (!wantsObject) return { body: rows.body };
  if (rows.count !== 1) {
    const message = "Cannot coerce the result to a single JSON object";
    throw new RestError(406, "PGRST116", message, `The result contains ${rows.count} rows`);
  }
  const only = (JSON.parse(rows.body) as unknown[])[0];
  return { body: JSON.stringify(only) };
}

export async function run(client: PoolClient, { text, values }: sql.Statement): Promise<Rows> {
  const { rows } = await client.query<Rows>(text, [...values]);
  return rows[0] ?? { body: "[]", count: 0 };
}

export function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new RestError(400, "PGRST102", "Empty or invalid json");
  }
}

function columnsOf(value: unknown): string[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.keys(value).sort();
  throw new RestError(400, "PGRST102", "Expected a JSON object");
}
