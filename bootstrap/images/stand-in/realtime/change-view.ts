import { escapeIdentifier, type Pool } from "pg";
import { become, tried } from "./policies.js";
import type { Claims } from "./tokens.js";
import { filterSql, filterValue, type Filter } from "./wanted.js";

type Values = Readonly<Record<string, string | null>>;

/** One change of a row, as the write-ahead log has it. */
export interface Change {
  readonly action: "I" | "U" | "D";
  readonly schema: string;
  readonly table: string;
  readonly timestamp: string;
  readonly new: Values | null;
  readonly old: Values | null;
}

interface Column {
  name: string;
  type: string;
  cast: string;
  key: boolean;
  readable: boolean;
  secured: boolean;
}

export const types = { I: "INSERT", U: "UPDATE", D: "DELETE" } as const;

const describe = `
  select a.attname as name, t.typname as type, format_type(a.atttypid, a.atttypmod) as cast,
         coalesce(a.attnum = any (i.indkey), false) as key,
         has_column_privilege($3, c.oid, a.attnum, 'select') as readable, c.relrowsecurity as secured
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_index i on i.indrelid = c.oid and i.indisprimary
  where n.nspname = $1 and c.relname = $2
  order by a.attnum`;

/** What a role sees of one change. */
export class ChangeView {
  private constructor(
    private readonly pool: Pool,
    private readonly change: Change,
    private readonly columns: readonly Column[],
  ) {}

  static async of(pool: Pool, change: Change, { role }: Claims): Promise<ChangeView> {
    const { rows } = await pool.query<Column>(describe, [change.schema, change.table, role]);
    return new ChangeView(pool, change, rows);
  }

  async matches(filters: readonly Filter[]): Promise<boolean> {
    for (const filter of filters) {
      const column = this.columns.find(({ name }) => name === filter.column);
      const value = (this.change.new ?? this.change.old)?.[filter.column];
      if (column === undefined || value === undefined) return false;
      const parameters = [value, filterValue(filter)];
      const { rows } = await this.pool.query<{ matches: boolean | null }>(
        filterSql(filter, column.cast),
        parameters,
      );
      if (rows[0]?.matches !== true) return false;
    }
    return true;
  }

  /** The message's data, or undefined where the row is hidden from the claims' role. */
  async data(claims: Claims): Promise<Record<string, unknown> | undefined> {
    const { action, schema, table, timestamp } = this.change;
    const base = { schema, table, type: types[action], commit_timestamp: timestamp };
    const keys = this.columns.filter(({ key }) => key);
    const errors = this.problem(keys);
    if (errors !== undefined) return { ...base, columns: [], record: {}, errors: [errors] };
    if (action !== "D" && !(await this.visible(keys, claims))) return undefined;
    const readable = this.columns.filter((column) => column.readable);
    // What was is not checked against the policies, so under them the key is all that is told.
    const before = readable.filter(({ key, secured }) => key || !secured);
    return {
      ...base,
      columns: readable.map(({ name, type }) => ({ name, type })),
      ...(action === "D" ? {} : { record: await this.json(readable, this.change.new) }),
      ...(action === "I" ? {} : { old_record: await this.json(before, this.change.old) }),
      errors: null,
    };
  }

  private problem(keys: readonly Column[]): string | undefined {
    if (keys.length === 0) return "Error 400: Bad Request, no primary key";
    return keys.every(({ readable }) => readable) ? undefined : "Error 401: Unauthorized";
  }

  /** Looks for the row as the role does. */
  private async visible(keys: readonly Column[], claims: Claims): Promise<boolean> {
    // Without policies the role's right to the columns says everything, for a row that is gone since too.
    if (!keys.some(({ secured }) => secured)) return true;
    const { schema, table, new: values } = this.change;
    const conditions = keys.map(
      ({ name, cast }, i) => `${escapeIdentifier(name)} = ($${i + 1}::text)::${cast}`,
    );
    const row = `select from ${escapeIdentifier(schema)}.${escapeIdentifier(table)} where ${conditions.join(" and ")}`;
    return tried(this.pool, async (client) => {
      await become(client, { claims, topic: "", headers: {} });
      const { rowCount } = await client.query(
        row,
        keys.map(({ name }) => values?.[name]),
      );
      return rowCount === 1;
    });
  }

  private async json(columns: readonly Column[], values: Values | null): Promise<Record<string, unknown>> {
    const present = columns.filter(({ name }) => values?.[name] !== undefined);
    const cells = present.map(({ cast }, i) => `to_jsonb(($${i + 1}::text)::${cast}) as c${i}`);
    const texts = present.map(({ name, type }) => {
      const value = values?.[name] ?? null;
      return type === "bytea" && value !== null ? `\\x${value}` : value;
    });
    const { rows } = await this.pool.query<Record<string, unknown>>(`select ${cells.join(", ")}`, texts);
    return Object.fromEntries(present.map(({ name }, i) => [name, rows[0]?.[`c${i}`] ?? null]));
  }
}
