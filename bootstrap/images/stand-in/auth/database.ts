import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolClient } from "pg";
import { log } from "../lib/log.js";
import { AuthError } from "./errors.js";
import type { Settings } from "./settings.js";

/** A login that runs statements. */
export type Connection = Pick<PoolClient, "query">;

/** Milliseconds after which a start without a database is given up. */
const patience = 30_000;

/** The logins of the one role in the connection address. */
export class Database {
  readonly pool: Pool;

  constructor({ url, poolSize }: Settings["database"]) {
    this.pool = new Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: 4_000,
      query_timeout: 10_000,
      idleTimeoutMillis: 30_000,
      application_name: "gotrue (stand-in)",
    });
    this.pool.on("error", (error) => log(`database connection lost: ${error.message}`));
  }

  /** Tries until the first login works, and gives up after half a minute. */
  async connect(): Promise<void> {
    const deadline = Date.now() + patience;
    for (let pause = 500; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        await this.check();
        return;
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        if (Date.now() + pause > deadline) throw new Error(`no database within 30 s: ${cause}`);
        log(`database: ${cause}; trying again in ${pause / 1000} s`);
        await sleep(pause);
      }
    }
  }

  /** Asks the database something, with a login from the pool. */
  async check(): Promise<void> {
    await this.pool.query("select 1");
  }

  /** Runs the work in one transaction; an error undoes it unless it says otherwise. */
  async transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      const keep = error instanceof AuthError && error.options.keepChanges === true;
      await client.query(keep ? "commit" : "rollback").catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
