import { Pool, type PoolClient } from "pg";
import { log } from "../lib/log.js";
import type { Identity } from "./identity.js";
import type { Settings } from "./settings.js";

/** As whom, and for which request, a transaction runs. */
export interface Context {
  readonly identity: Identity;
  /** What policies see as `storage.operation()`. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** The request's headers as JSON. */
  readonly headers: string;
}

type Work<T> = (client: PoolClient) => Promise<T>;

const enter = `select ${[
  "role",
  "request.jwt.claim.role",
  "request.jwt",
  "request.jwt.claim.sub",
  "request.jwt.claims",
  "request.headers",
  "request.method",
  "request.path",
  "storage.operation",
]
  .map((name, i) => `set_config('${name}', $${i + 1}, true)`)
  .join(", ")}, set_config('storage.allow_delete_query', 'true', true)`;

/** Logins of the role in the connection address. */
export class Database {
  readonly pool: Pool;

  constructor({ databaseUrl, maxConnections }: Settings) {
    this.pool = new Pool({
      connectionString: databaseUrl,
      max: maxConnections,
      connectionTimeoutMillis: 3000,
      idleTimeoutMillis: 30_000,
      query_timeout: 30_000,
      application_name: "storage-api (stand-in)",
    });
    this.pool.on("error", (error) => log(`database connection lost: ${error.message}`));
  }

  /** Runs the work in one transaction under the identity's role; an error undoes it. */
  transaction<T>(context: Context, work: Work<T>): Promise<T> {
    return this.inside(context, work, "commit");
  }

  /** Runs the work to see whether policies allow it, and undoes it. */
  async attempt(context: Context, work: Work<unknown>): Promise<void> {
    await this.inside(context, work, "rollback");
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async inside<T>(context: Context, work: Work<T>, end: "commit" | "rollback"): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const { identity, operation, method, path, headers } = context;
      const { role, claims, token } = identity;
      const claimsText = JSON.stringify(claims);
      await client.query(enter, [
        ...[role, role, token, claims.sub ?? "", claimsText, headers, method, path, operation],
      ]);
      const result = await work(client);
      await client.query(end);
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
