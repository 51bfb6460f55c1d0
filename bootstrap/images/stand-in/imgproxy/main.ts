import { execFileSync } from "node:child_process";
import { createServer, type RequestListener, type Server } from "node:http";
import { close } from "../lib/http.js";
import { log } from "../lib/log.js";
import { handler } from "./handler.js";
import { askHealth } from "./health.js";
import { Metrics } from "./metrics.js";
import { type Address, readSettings } from "./settings.js";

async function main(): Promise<void> {
  if (process.argv[2] === "health") {
    process.exitCode = await askHealth(process.env);
    return;
  }
  const settings = readSettings(process.env);
  if (Array.isArray(settings)) {
    process.stderr.write(settings.map((problem) => `ERROR: ${problem}\n`).join(""));
    process.exitCode = 1;
    return;
  }
  log("this is a stand-in for imgproxy, with a part of its options; it is not imgproxy");
  log(execFileSync("vips", ["--version"], { encoding: "utf8", timeout: 10_000 }).trim());
  const metrics = new Metrics(settings);
  const servers = [await listen(settings.bind, handler(settings, metrics))];
  log(`listening on port ${settings.bind.port}`);
  if (settings.prometheusBind !== undefined) {
    servers.push(await listen(settings.prometheusBind, metricsHandler(metrics)));
    log(`metrics on port ${settings.prometheusBind.port}`);
  }

  const stop = async (signal: NodeJS.Signals) => {
    log(`${signal}: finishing what runs`);
    setTimeout(() => process.exit(0), 1500).unref();
    await Promise.all(servers.map(close));
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
}

function listen({ host, port }: Address, handle: RequestListener): Promise<Server> {
  const server = createServer(handle);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

const metricsHandler =
  ({ registry }: Metrics): RequestListener =>
  (_, response) =>
    void registry.metrics().then((body) => {
      response.writeHead(200, { "Content-Type": registry.contentType }).end(body);
    });

main().catch((error: unknown) => {
  log(`ended: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
