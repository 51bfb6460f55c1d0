// From what is asked for to SQL: names are quoted, values are parameters.
import { orderClause, quote, rangeClause, selectList, whereClause } from "./clauses.js";
import type { Query } from "./query.js";

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A table, a view or a function. */
export interface Name {
  readonly schema: string;
  readonly name: string;
}

export type Conflict = { readonly columns: readonly string[]; readonly resolution: "merge" | "ignore" };

export const qualified = ({ schema, name }: Name) => `${quote(schema)}.${quote(name)}`;

/** `[rows as JSON text, their number]` out of a row source named `_row`. */
const asJson = "select coalesce(json_agg(_row), '[]')::text as body, count(*)::int as count from";
const counted = "select '' as body, count(*)::int as count from";

/** Rows of a source that is named `_t`. */
export function renderRead(source: string, query: Query, values: readonly unknown[] = []): Statement {
  const all = [...values];
  const where = whereClause(query.filters, all);
  const rows = `select ${selectList(query.select)} from ${source}${where}${orderClause(query.order)}`;
  return { text: `${asJson} (${rows}${rangeClause(query, all)}) as _row`, values: all };
}

export function renderCount(source: string, query: Query, values: readonly unknown[] = []): Statement {
  const all = [...values];
  return {
    text: `select count(*)::int as count from ${source}${whereClause(query.filters, all)}`,
    values: all,
  };
}

/** Inserts the objects of a JSON array; they all have these columns. */
export function renderInsert(
  table: Name,
  columns: readonly string[],
  rows: string,
  query: Query,
  options: { readonly returning: boolean; readonly conflict?: Conflict },
): Statement {
  const names = columns.map(quote).join(", ");
  const target = `insert into ${qualified(table)} as _t`;
  const records = `json_populate_recordset(null::${qualified(table)}, $1::json)`;
  const insert =
    columns.length === 0
      ? `${target} default values`
      : `${target} (${names}) select ${names} from ${records}${conflictClause(columns, options.conflict)}`;
  return changing(insert, query, columns.length === 0 ? [] : [rows], options.returning);
}

export function renderUpdate(
  table: Name,
  columns: readonly string[],
  row: string,
  query: Query,
  returning: boolean,
): Statement {
  const values: unknown[] = [row];
  const set = columns.map((column) => `${quote(column)} = _new.${quote(column)}`).join(", ");
  const record = `json_populate_record(null::${qualified(table)}, $1::json) as _new`;
  const where = whereClause(query.filters, values);
  return changing(
    `update ${qualified(table)} as _t set ${set} from ${record}${where}`,
    query,
    values,
    returning,
  );
}

export function renderDelete(table: Name, query: Query, returning: boolean): Statement {
  const values: unknown[] = [];
  const where = whereClause(query.filters, values);
  return changing(`delete from ${qualified(table)} as _t${where}`, query, values, returning);
}

/** Without a representation nothing is read back, because that would need the right to select. */
function changing(change: string, query: Query, values: readonly unknown[], returning: boolean): Statement {
  const columns = returning ? selectList(query.select) : "1";
  return {
    text: `with _row as (${change} returning ${columns}) ${returning ? asJson : counted} _row`,
    values,
  };
}

function conflictClause(columns: readonly string[], conflict?: Conflict): string {
  if (conflict === undefined) return "";
  const target = conflict.columns.length > 0 ? ` (${conflict.columns.map(quote).join(", ")})` : "";
  if (conflict.resolution === "ignore" || target === "") return ` on conflict${target} do nothing`;
  const set = columns.map((column) => `${quote(column)} = excluded.${quote(column)}`).join(", ");
  return ` on conflict${target} do update set ${set}`;
}
