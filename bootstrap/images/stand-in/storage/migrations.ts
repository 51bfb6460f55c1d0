import type { Pool, PoolClient } from "pg";
import { functions, grants, safeguards, tables } from "./schema.js";

interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** In the order in which they run; one that has run is never changed. */
const migrations: readonly Migration[] = [
  { name: "tables", sql: tables },
  { name: "functions", sql: functions },
  { name: "safeguards", sql: safeguards },
  { name: "grants", sql: grants },
];

// A table of its own: the upstream program keeps another history, and must find none but its own.
const history = `create table if not exists storage.stand_in_migrations (
  name text primary key,
  executed_at timestamptz not null default now()
)`;

/** Brings the schema `storage` up to date. @returns how many migrations ran */
export async function migrate(pool: Pool): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    // Two that start at once take turns.
    await client.query("select pg_advisory_xact_lock(hashtext('storage.stand_in_migrations'))");
    const count = await runMissing(client);
    await client.query("commit");
    return count;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function runMissing(client: PoolClient): Promise<number> {
  await client.query("create schema if not exists storage");
  await client.query(history);
  await client.query("alter table storage.stand_in_migrations enable row level security");
  const { rows } = await client.query<{ name: string }>("select name from storage.stand_in_migrations");
  const done = new Set(rows.map(({ name }) => name));
  const missing = migrations.filter(({ name }) => !done.has(name));
  for (const { name, sql } of missing) {
    await client.query(sql);
    await client.query("insert into storage.stand_in_migrations (name) values ($1)", [name]);
  }
  return missing.length;
}
