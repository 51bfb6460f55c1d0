import { close } from "../lib/http.js";
import { log } from "../lib/log.js";
import { Blobs } from "./blobs.js";
import { Database } from "./database.js";
import { waitFor } from "./health.js";
import { Tokens } from "./identity.js";
import { migrate } from "./migrations.js";
import { RateLimit } from "./rate-limit.js";
import { apiServer } from "./server.js";
import { readSettings, type Settings } from "./settings.js";

async function main(): Promise<void> {
  const settings = await readSettings(process.env);
  if (Array.isArray(settings)) {
    process.stderr.write(settings.map((problem) => `ERROR: ${problem}\n`).join(""));
    process.exitCode = 1;
    return;
  }
  log("this is a stand-in for Supabase's Storage API, with a part of its API; it is not that program");
  await run(settings);
}

async function run(settings: Settings): Promise<void> {
  const services = {
    settings,
    database: new Database(settings),
    blobs: new Blobs(settings),
    tokens: new Tokens(settings),
  };
  const limiter = settings.images?.limiter;
  const rateLimit = limiter === undefined ? undefined : new RateLimit(limiter, settings.tenantId);
  const server = apiServer(services, rateLimit);

  const stop = async (signal: NodeJS.Signals) => {
    log(`${signal}: finishing what runs`);
    setTimeout(() => process.exit(0), 1500).unref();
    await close(server);
    rateLimit?.close();
    services.blobs.close();
    await services.database.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));

  await waitFor(services, async () => {
    const count = await migrate(services.database.pool);
    log(`database: logged in, ${count} migrations ran`);
  });
  server.listen(settings.port, settings.host, () => log(`listening on ${settings.host}:${settings.port}`));
}

main().catch((error: unknown) => {
  process.stderr.write(`ERROR: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
