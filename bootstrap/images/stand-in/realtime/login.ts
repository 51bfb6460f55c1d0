import { Client, Pool, type ClientConfig } from "pg";
import { log } from "../lib/log.js";
import type { Login } from "./settings.js";

/** A login that failed, said with the role and the host. */
export class LoginError extends Error {}

const connectionTimeoutMillis = 10_000;

const options = ({ host, port, user, password, name }: Login): ClientConfig => ({
  ...{ host, port, user, password, database: name },
  ...{ connectionTimeoutMillis, statement_timeout: 10_000, application_name: "realtime (stand-in)" },
});

/** One connection of its own, not from a pool. */
export async function connect(login: Login, afterConnect?: string): Promise<Client> {
  const client = new Client(options(login));
  client.on("error", (error) => log(`database connection lost: ${error.message}`));
  try {
    await client.connect();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new LoginError(`cannot log in as ${login.user} at ${login.host}:${login.port}: ${cause}`);
  }
  if (afterConnect !== undefined) await client.query(afterConnect);
  return client;
}

/** Connections that are shared, and closed when they have been idle. */
export function pool(login: Login, max: number): Pool {
  const shared = new Pool({ ...options(login), max, idleTimeoutMillis: 30_000 });
  shared.on("error", (error) => log(`database connection lost: ${error.message}`));
  return shared;
}
