import { randomUUID } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { log } from "../lib/log.js";
import type { Claims } from "./tokens.js";

/** What a channel is used for, each with policies of its own. */
export type Extension = "broadcast" | "presence";

/** On whose behalf, and for which topic, the policies of `realtime.messages` are asked. */
export interface Asker {
  readonly claims: Claims;
  readonly topic: string;
  /** Of the request, those whose names begin with `x-`. */
  readonly headers: Readonly<Record<string, string>>;
}

const insufficientPrivilege = "42501";

/** Whether the asker may read what a channel of this topic sends. */
export function mayRead(pool: Pool, asker: Asker, extensions: readonly Extension[]): Promise<Set<Extension>> {
  return tried(pool, async (client) => {
    const probes = new Map(extensions.map((extension) => [randomUUID() as string, extension]));
    for (const [id, extension] of probes) {
      await client.query("insert into realtime.messages (id, topic, extension) values ($1, $2, $3)", [
        ...[id, asker.topic, extension],
      ]);
    }
    await become(client, asker);
    const { rows } = await client.query<{ id: string }>(
      "select id from realtime.messages where id = any($1)",
      [[...probes.keys()]],
    );
    return new Set(rows.flatMap(({ id }) => probes.get(id) ?? []));
  }).catch((error: unknown) => denied(error, new Set<Extension>()));
}

/** Whether the asker may send into a channel of this topic. */
export function mayWrite(pool: Pool, asker: Asker, extension: Extension): Promise<boolean> {
  return tried(pool, async (client) => {
    await become(client, asker);
    await client.query("insert into realtime.messages (topic, extension) values ($1, $2)", [
      ...[asker.topic, extension],
    ]);
    return true;
  }).catch((error: unknown) => denied(error, false));
}

/** For the rest of the transaction the session is what the token says. */
export async function become(client: PoolClient, { claims, topic, headers }: Asker): Promise<void> {
  const values = {
    "realtime.topic": topic,
    "request.jwt.claims": JSON.stringify(claims),
    "request.jwt.claim.sub": claims.sub ?? "",
    "request.jwt.claim.role": claims.role,
    "request.headers": JSON.stringify(headers),
    // Last, because the role may not be allowed to set the others.
    role: claims.role,
  };
  const calls = Object.keys(values).map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`);
  await client.query(`select ${calls.join(", ")}`, Object.entries(values).flat());
}

/** Runs the work in a transaction that is always undone. */
export async function tried<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    return await work(client);
  } finally {
    await client.query("rollback").catch((error: Error) => (broken = error));
    client.release(broken);
  }
}

/** The database's own refusal is an answer; anything else is told in the log, and counts as a refusal too. */
function denied<T>(error: unknown, answer: T): T {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== insufficientPrivilege)
    log(`RlsPolicyError: ${error instanceof Error ? error.message : String(error)}`);
  return answer;
}
