import { close, serve } from "../lib/http.js";
import { log } from "../lib/log.js";
import { admin, askReady } from "./admin.js";
import { api } from "./api.js";
import { Database } from "./database.js";
import { readSettings } from "./settings.js";

async function main(): Promise<void> {
  if (process.argv.includes("--ready")) {
    process.exitCode = await askReady(process.env);
    return;
  }
  const settings = readSettings(process.env);
  if (Array.isArray(settings)) {
    process.stderr.write(settings.map((problem) => `ERROR: ${problem}\n`).join(""));
    process.exitCode = 1;
    return;
  }
  log("this is a stand-in for PostgREST, with a part of its API; it is not PostgREST");
  const database = new Database(settings);
  const servers = [await serve(settings.server.host, settings.server.port, api(settings, database))];
  log(`listening on ${settings.server.host}:${settings.server.port}`);
  if (settings.admin !== undefined) {
    servers.push(await serve(settings.admin.host, settings.admin.port, admin(settings, database)));
    log(`admin server on ${settings.admin.host}:${settings.admin.port}`);
  }

  const stop = async (signal: NodeJS.Signals) => {
    log(`${signal}: finishing what runs`);
    await Promise.all(servers.map(close));
    await database.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
  await database.connect();
}

main().catch((error: unknown) => {
  log(`ended: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
