import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolClient } from "pg";
import { log } from "../lib/log.js";
import { RestError } from "./errors.js";
import type { Settings } from "./settings.js";

/** As whom, and for which request, a transaction runs. */
export interface Context {
  readonly role: string;
  readonly schema: string;
  /** Settings that SQL functions can read, such as `request.jwt.claims`. */
  readonly request: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
}

/** Settings of the role itself, which a switch of roles inside a session does not bring along. */
const roleSettings = `
  select set_config(g.name, substr(s, strpos(s, '=') + 1), true)
  from pg_roles r, unnest(r.rolconfig) s
  join pg_settings g on g.name = split_part(s, '=', 1) and g.context = 'user'
  where r.rolname = $1`;

/** The logins of the one role in the connection address. */
export class Database {
  readonly pool: Pool;
  private stopped = false;

  constructor(private readonly settings: Settings) {
    this.pool = new Pool({
      connectionString: settings.databaseUri,
      max: settings.poolSize,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      application_name: "postgrest (stand-in)",
    });
    this.pool.on("error", (error) => log(`database connection lost: ${error.message}`));
  }

  /** Tries until the first login works. */
  async connect(): Promise<void> {
    for (let pause = 1; !this.stopped; pause = Math.min(pause * 2, 32)) {
      try {
        await this.check();
        log("database: logged in");
        return;
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        log(`database: ${cause}; trying again in ${pause} s`);
        await sleep(pause * 1000, undefined, { ref: false });
      }
    }
  }

  /** Asks the database something, with a login from the pool. */
  async check(): Promise<void> {
    await this.pool.query("select 1");
  }

  /** Runs the work in one transaction under the request's role; an error undoes it. */
  async transaction<T>(context: Context, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.client();
    let broken: Error | undefined;
    try {
      await client.query(
        `begin isolation level read committed ${context.readOnly ? "read only" : "read write"}`,
      );
      await this.enter(client, context);
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    this.stopped = true;
    await this.pool.end();
  }

  private async client(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      throw new RestError(503, "PGRST000", "Database connection error. Retrying the connection.", details);
    }
  }

  private async enter(client: PoolClient, { role, schema, request }: Context): Promise<void> {
    await client.query(roleSettings, [role]);
    const path = [schema, ...this.settings.extraSearchPath].map((name) => client.escapeIdentifier(name));
    const values = { ...this.settings.appSettings, ...request, search_path: path.join(", "), role };
    const calls = Object.keys(values).map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`);
    await client.query(`select ${calls.join(", ")}`, Object.entries(values).flat());
  }
}
