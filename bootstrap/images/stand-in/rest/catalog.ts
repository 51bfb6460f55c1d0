// What the database itself knows about tables and functions, asked anew for every request.
import type { PoolClient } from "pg";
import { RestError } from "./errors.js";
import type { Name } from "./sql.js";

export interface Argument {
  readonly name: string;
  readonly type: string;
}

export interface Routine {
  readonly set: boolean;
  readonly composite: boolean;
  readonly nothing: boolean;
  /** How many of the arguments, from the first on, have no default. */
  readonly required: number;
  readonly args: readonly Argument[];
}

/** The primary key of a table that exists. */
export async function primaryKey(client: PoolClient, { schema, name }: Name): Promise<string[]> {
  const { rows } = await client.query<{ key: string[] }>(
    `select coalesce((
       select json_agg(a.attname order by k.position)
       from pg_index i, unnest(i.indkey) with ordinality k(number, position)
       join pg_attribute a on a.attnum = k.number
       where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid), '[]') as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')`,
    [schema, name],
  );
  const found = rows[0];
  if (found === undefined) {
    throw new RestError(404, "PGRST205", `Could not find the table '${schema}.${name}' in the schema cache`);
  }
  return found.key;
}

/** The one function of that name that takes arguments of these names. */
export async function routine(client: PoolClient, { schema, name }: Name, given: string[]): Promise<Routine> {
  const { rows } = await client.query<Routine>(
    `select p.proretset as set,
            t.typtype = 'c' or p.prorettype = 'record'::regtype as composite,
            p.prorettype = 'void'::regtype as nothing,
            p.pronargs - p.pronargdefaults as required,
            coalesce((
              select json_agg(json_build_object('name', a.name, 'type', format_type(a.type, null)) order by a.position)
              from unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) with ordinality a(name, type, position)
            ), '[]') as args
     from pg_proc p
     join pg_namespace n on n.oid = p.pronamespace
     join pg_type t on t.oid = p.prorettype
     where n.nspname = $1 and p.proname = $2 and p.prokind = 'f'`,
    [schema, name],
  );
  const fitting = rows.filter(
    ({ args, required }) =>
      given.every((argument) => args.some((known) => known.name === argument)) &&
      args.slice(0, required).every((known) => given.includes(known.name)),
  );
  const signature = `${schema}.${name}(${given.join(", ")})`;
  if (fitting.length > 1) {
    throw new RestError(300, "PGRST203", `Could not choose the best candidate function for: ${signature}`);
  }
  if (fitting[0] === undefined) {
    throw new RestError(404, "PGRST202", `Could not find the function ${signature} in the schema cache`);
  }
  return fitting[0];
}
