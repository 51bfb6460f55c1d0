// Receives every request for an edge function, on supabase/edge-runtime and on plain Deno alike.
import { functionsIn } from "./definition.ts";
import { denoWorkers } from "./deno/workers.ts";
import { edgeRuntime, edgeWorkers } from "./edge-workers.ts";
import { tokenVerifier } from "./jwt.ts";
import { routes } from "./routes.ts";
import { readSettings, type Settings } from "./settings.ts";

const runtime = edgeRuntime();

const settings = await start();
const workers = runtime === undefined ? denoWorkers(settings) : edgeWorkers(runtime, settings);

// The edge runtime listens where its own flags say, whatever stands here.
const server = Deno.serve(
  { hostname: settings.hostname, port: settings.port, onListen: () => {} },
  routes(settings, workers, tokenVerifier(settings)),
);
console.log(`edge functions on ${settings.hostname}:${settings.port}`);
if (runtime === undefined) endOnSignal();

async function start(): Promise<Settings> {
  const values = Deno.env.toObject();
  const found = readSettings(values, await functionsIn(values.FUNCTIONS_FOLDER));
  if (!Array.isArray(found)) return found;
  found.forEach((problem) => console.error(`edge functions: ${problem}`));
  if (runtime === undefined) Deno.exit(1);
  throw new Error(`mistakes in the environment of the edge functions: ${found.length}`);
}

/** A container's first process has no default reaction to signals. */
function endOnSignal(): void {
  const end = async () => {
    const grace = new Promise((resolve) => setTimeout(resolve, 1500));
    await Promise.race([server.shutdown(), grace]);
    workers.close();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGTERM", end);
  Deno.addSignalListener("SIGINT", end);
}
