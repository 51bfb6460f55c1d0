import { text } from "node:stream/consumers";
import { Environment } from "../lib/env.js";
import { close, serve } from "../lib/http.js";
import { log } from "../lib/log.js";
import { Account } from "./account.js";
import { Metrics } from "./metrics.js";
import { readProvisioning } from "./provisioning.js";
import { Server } from "./server.js";
import { dataPath, readSettings } from "./settings.js";
import { withFiles } from "./variables.js";

function refuse(problems: readonly string[]): void {
  process.stderr.write(problems.map((problem) => `ERROR: ${problem}\n`).join(""));
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  if (Array.isArray(settings)) {
    refuse(settings);
    return;
  }
  const provisioning = readProvisioning(settings.provisioningPath, withFiles(process.env).values);
  if (Array.isArray(provisioning)) {
    refuse(provisioning);
    return;
  }
  log("this is a stand-in for Grafana, with a part of its API; it is not Grafana");
  const { dashboards, datasources } = provisioning;
  const metrics = new Metrics({ dashboards: dashboards.length, datasources: datasources.length });
  const account = Account.open(settings.dataPath, settings.admin.user, settings.admin.password);
  const server = new Server(settings, provisioning, account, metrics);
  const listener = await serve(settings.host, settings.port, (request) => server.handle(request));
  log(`listening on ${settings.host}:${settings.port} with ${dashboards.length} dashboards`);

  const stop = async (signal: NodeJS.Signals) => {
    log(`${signal}: finishing what runs`);
    await Promise.race([close(listener), new Promise((resolve) => setTimeout(resolve, 1500))]);
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
}

/** `grafana cli admin reset-admin-password <password>`, or `--password-from-stdin`. */
async function resetPassword(given: readonly string[]): Promise<void> {
  const fromInput = given.includes("--password-from-stdin");
  const password = fromInput ? (await text(process.stdin)).trimEnd() : (given.at(-1) ?? "");
  const environment = new Environment(process.env);
  const path = dataPath(environment);
  if (password === "") environment.reject("the password", "is missing");
  if (environment.problems.length === 0 && !Account.reset(path, password))
    environment.reject(path, "holds no account yet; the server makes it when it starts");
  if (environment.problems.length > 0) refuse(environment.problems);
  else process.stdout.write("Admin password changed successfully ✔\n");
}

async function main(): Promise<void> {
  const [command = "server", ...rest] = process.argv.slice(2);
  const reset = rest.indexOf("reset-admin-password");
  if (command === "server") await run();
  else if (command === "cli" && reset >= 0) await resetPassword(rest.slice(reset + 1));
  else refuse([`the command ${[command, ...rest].join(" ")} is not part of this stand-in for Grafana`]);
}

main().catch((error: unknown) => {
  log(`ended: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
