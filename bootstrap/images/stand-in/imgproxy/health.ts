import { Environment } from "../lib/env.js";
import { bindAddress } from "./settings.js";

/** `imgproxy health`: asks the server of the same environment. @returns the exit code */
export async function askHealth(values: NodeJS.ProcessEnv): Promise<number> {
  const { host, port } = bindAddress(new Environment(values));
  const named = ["::", "0.0.0.0"].includes(host) ? "localhost" : host;
  const url = `http://${named.includes(":") ? `[${named}]` : named}:${port}/health`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    process.stderr.write(`${await response.text()}\n`);
    return response.ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${url}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
