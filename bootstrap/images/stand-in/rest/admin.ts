import type { IncomingMessage } from "node:http";
import { Environment } from "../lib/env.js";
import type { Answer } from "../lib/http.js";
import type { Database } from "./database.js";
import { adminAddress, type Settings } from "./settings.js";

/** The handler of the admin port. */
export function admin(settings: Settings, database: Database): (request: IncomingMessage) => Promise<Answer> {
  return async (request) => {
    switch (new URL(request.url ?? "/", "http://stand-in").pathname) {
      case "/live":
        return { status: 200 };
      case "/ready":
        return { status: (await isReady(database)) ? 200 : 503 };
      case "/metrics":
        return metrics(settings, database);
      default:
        return { status: 404 };
    }
  };
}

async function isReady(database: Database): Promise<boolean> {
  return database.check().then(
    () => true,
    () => false,
  );
}

function metrics({ poolSize }: Settings, { pool }: Database): Answer {
  const values: ReadonlyArray<
    readonly [name: string, type: "gauge" | "counter", help: string, value: number]
  > = [
    ["pgrst_db_pool_max", "gauge", "Max pool connections", poolSize],
    [
      "pgrst_db_pool_available",
      "gauge",
      "Available connections in the pool",
      poolSize - pool.totalCount + pool.idleCount,
    ],
    ["pgrst_db_pool_waiting", "gauge", "Requests waiting to acquire a pool connection", pool.waitingCount],
    ["pgrst_db_pool_timeouts_total", "counter", "The total number of pool connection timeouts", 0],
    [
      "pgrst_schema_cache_query_time_seconds",
      "gauge",
      "The query time in seconds of the last schema cache load",
      0,
    ],
    ["pgrst_jwt_cache_requests_total", "counter", "The total number of JWT cache lookups", 0],
    ["pgrst_jwt_cache_hits_total", "counter", "The total number of JWT cache hits", 0],
  ];
  const body = values
    .map(([name, type, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`)
    .join("");
  return { status: 200, headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" }, body };
}

/** `--ready`: asks the admin server of the same environment. @returns the exit code */
export async function askReady(values: NodeJS.ProcessEnv): Promise<number> {
  const address = adminAddress(new Environment(values));
  if (address === undefined) {
    process.stderr.write("ERROR: Admin server is not enabled: PGRST_ADMIN_SERVER_PORT is not set\n");
    return 1;
  }
  const named = ["0.0.0.0", "::"].includes(address.host) ? "localhost" : address.host;
  const url = `http://${named.includes(":") ? `[${named}]` : named}:${address.port}/ready`;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(5000) });
    process.stderr.write(status === 200 ? `OK: ${url}\n` : `ERROR: ${url} answered ${status}\n`);
    return status === 200 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`ERROR: ${url}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
