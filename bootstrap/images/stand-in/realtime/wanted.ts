import { createHash } from "node:crypto";
import type { Pool } from "pg";
import type { Wanted } from "./join.js";

/** Changes of which tables and rows a client wants to hear. */
export interface Selection {
  readonly id: number;
  readonly event: string;
  readonly schema: string;
  /** `*` for every table of the schema. */
  readonly table: string;
  readonly filters: readonly Filter[];
}

export interface Filter {
  readonly column: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

const operators = { eq: "=", neq: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=", in: "= any" } as const;
type Operator = keyof typeof operators;

/** The number that a binding goes by; the same binding has the same number. */
export const wantedId = (wanted: Wanted): number =>
  createHash("sha256").update(JSON.stringify(wanted)).digest().readUInt32BE() >>> 5;

/** Throws, with a reason for the client, on what cannot be listened to. */
export function readWanted(wanted: Wanted): Selection {
  if (wanted["select"] !== undefined)
    throw new Error("`select` is not part of this stand-in for Realtime; leave it out to get all columns");
  const text = (name: string, fallback: string): string => {
    const value = wanted[name];
    return typeof value === "string" && value !== "" ? value : fallback;
  };
  const filter = text("filter", "");
  const schema = text("schema", "public");
  return {
    ...{ id: wantedId(wanted), event: text("event", "*").toUpperCase() },
    ...{ schema: schema === "*" ? "public" : schema, table: text("table", "*") },
    // A comma parts filters, but not the values of a list.
    filters: filter === "" ? [] : filter.split(/,(?![^(]*\))/).map(readFilter),
  };
}

function readFilter(text: string): Filter {
  const [, column, operator, value] = /^([^=]+)=([a-z]+)\.(.*)$/s.exec(text) ?? [];
  if (column === undefined || value === undefined || operator === undefined || !(operator in operators))
    throw new Error(`Error parsing \`filter\` params: ${JSON.stringify([text])}`);
  const list = /^\((.*)\)$/s.exec(value)?.[1]?.split(",") ?? [value];
  return {
    column,
    operator: operator as Operator,
    values: operator === "in" ? list.map((one) => one.trim().replace(/^"(.*)"$/s, "$1")) : [value],
  };
}

/** An SQL condition on the value `$1`, for values of a type; the filter's own value is `$2`. */
export function filterSql({ operator }: Filter, type: string): string {
  const own = operator === "in" ? `($2::text[])::${type}[]` : `($2::text)::${type}`;
  return `select ($1::text)::${type} ${operators[operator]} (${own}) as matches`;
}

/** The filter's own value, as a parameter. */
export const filterValue = ({ operator, values }: Filter): unknown =>
  operator === "in" ? values : values[0];

export const publication = "supabase_realtime";

/** Throws, with a reason for the client, where the database has nothing to tell of the selection. */
export async function checkSelection(pool: Pool, { schema, table, filters }: Selection): Promise<void> {
  const published = await pool.query(
    "select from pg_publication_tables where pubname = $1 and schemaname = $2 and $3::text in ('*', tablename::text)",
    [publication, schema, table],
  );
  if (published.rowCount === 0)
    throw new Error(
      `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [schema: ${schema}, table: ${table}]`,
    );
  for (const filter of filters) {
    const { rows } = await pool.query<{ type: string }>(
      `select format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
       where a.attrelid = to_regclass(format('%I.%I', $1::text, $2::text)) and a.attname = $3 and a.attnum > 0`,
      [schema, table, filter.column],
    );
    if (rows[0] === undefined) throw new Error(`invalid column for filter ${filter.column}`);
    await pool.query(filterSql(filter, rows[0].type), [null, filterValue(filter)]);
  }
}
