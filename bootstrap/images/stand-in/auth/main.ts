import { close, serve } from "../lib/http.js";
import { log } from "../lib/log.js";
import { AccessTokens } from "./access-tokens.js";
import { api } from "./api.js";
import { Database } from "./database.js";
import { Mailer } from "./mailer.js";
import { Metrics } from "./metrics.js";
import { migrate } from "./migrations.js";
import { Sessions } from "./sessions.js";
import { readSettings, type Settings } from "./settings.js";

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  if (Array.isArray(settings)) {
    process.stderr.write(settings.map((problem) => `ERROR: ${problem}\n`).join(""));
    process.exitCode = 1;
    return;
  }
  log("this is a stand-in for GoTrue, with a part of its API; it is not GoTrue");
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
  const database = new Database(settings.database);
  await database.connect();
  const applied = await database.transaction(migrate);
  log(`database: ${applied.length} migrations applied`);
  if (process.argv[2] === "migrate") await database.close();
  else await run(settings, database);
}

async function run(settings: Settings, database: Database): Promise<void> {
  const metrics = new Metrics();
  const tokens = new AccessTokens(settings.jwt);
  const mailer = new Mailer(settings.mail, metrics);
  const services = { settings, tokens, sessions: new Sessions(tokens), mailer };
  const { host, port } = settings.server;
  const servers = [await serve(host, port, api(services, database, metrics))];
  log(`listening on ${host}:${port}`);
  if (settings.metrics !== undefined) {
    servers.push(await serve(settings.metrics.host, settings.metrics.port, () => metrics.answer()));
    log(`prometheus server listening on ${settings.metrics.host}:${settings.metrics.port}`);
  }

  const stop = async (signal: NodeJS.Signals) => {
    log(`${signal}: finishing what runs`);
    // A mail server that does not answer must not hold up the end.
    setTimeout(() => process.exit(0), 1_500).unref();
    await Promise.all(servers.map(close));
    mailer.close();
    await database.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => void stop(signal));
  }
}

main().catch((error: unknown) => {
  log(`ended: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
