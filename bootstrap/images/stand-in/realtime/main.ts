import { createServer, type Server } from "node:http";
import { close } from "../lib/http.js";
import { log } from "../lib/log.js";
import { Api } from "./api.js";
import { Gate } from "./gate.js";
import { connect } from "./login.js";
import { Metrics } from "./metrics.js";
import { migratePlatform, migrateTenant } from "./migrations.js";
import { Projects } from "./project.js";
import { readSettings, type Settings } from "./settings.js";
import { find, seed } from "./tenants.js";

const hours = 60 * 60 * 1000;

async function migrate(settings: Settings): Promise<void> {
  const client = await connect(settings.database, settings.afterConnect);
  await migratePlatform(client).finally(() => client.end());
}

async function seedTenant(settings: Settings): Promise<void> {
  const client = await connect(settings.database, settings.afterConnect);
  try {
    await seed(client, settings);
    await migrateTenant(client);
    log(`tenant ${settings.tenantName} set up`);
  } finally {
    await client.end();
  }
}

/** Messages are kept for three days. */
async function tidy(settings: Settings): Promise<void> {
  const client = await connect(settings.database);
  const old = "delete from realtime.messages where inserted_at < now() - interval '72 hours'";
  await client.query(old).finally(() => client.end());
}

async function serve(settings: Settings): Promise<void> {
  log("this is a stand-in for Supabase Realtime, with a part of its API; it is not Realtime");
  const client = await connect(settings.database, settings.afterConnect);
  // A tenant that cannot be read is a mistake to be told now, not to the first client.
  await find(client, settings.tenantName, settings.encryptionKey).finally(() => client.end());

  const metrics: Metrics = new Metrics(() => projects.connections());
  const projects = new Projects(settings, metrics);
  const api = new Api(settings, projects, metrics);
  const gate = new Gate(settings, projects);
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    void api.handle(request).then(({ status, headers, body = "" }) => {
      response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  server.on("upgrade", (request, socket, head) => void gate.upgrade(request, socket, head));
  await listen(server, settings.port);
  if (settings.janitor) setInterval(() => void tidy(settings).catch(told), 4 * hours).unref();

  const stop = async (signal: NodeJS.Signals) => {
    log(`${signal}: closing connections`);
    gate.close();
    await Promise.race([close(server), new Promise((resolve) => setTimeout(resolve, 1500))]);
    await Promise.race([projects.close(), new Promise((resolve) => setTimeout(resolve, 300))]);
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => {
      log(`listening on port ${port}`);
      resolve();
    });
  });
}

function told(error: unknown): void {
  log(error instanceof Error ? error.message : String(error));
}

async function main(): Promise<void> {
  const [command = "server", ...rest] = process.argv.slice(2);
  const work = {
    migrate,
    server: serve,
    start: serve,
    ...(rest.join(" ").includes("Release.seeds") ? { eval: seedTenant } : {}),
  }[command];
  const settings = readSettings(process.env);
  const problems = Array.isArray(settings) ? settings : [];
  if (work === undefined) problems.push(`the command ${command} is not part of this stand-in for Realtime`);
  process.stderr.write(problems.map((problem) => `ERROR: ${problem}\n`).join(""));
  if (Array.isArray(settings) || work === undefined) process.exitCode = 1;
  else await work(settings);
}

main().catch((error: unknown) => {
  told(error);
  process.exitCode = 1;
});
