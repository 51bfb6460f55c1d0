import { join } from "node:path";
import { z } from "zod";
import { runOrFail } from "../../bootstrap/run.js";
import { cores, type Load } from "./arena.js";

/** What the program of the open loop is told, as JSON in its first argument. */
export const order = z.object({
  address: z.string(),
  port: z.number(),
  /** Name in the handshake. */
  name: z.string(),
  /** One request as it goes over the wire. */
  request: z.string(),
  connections: z.number(),
  /** Requests a second. */
  rate: z.number(),
  /** Seconds that count, after one that does not. */
  seconds: z.number(),
});
export type Order = z.output<typeof order>;

const latencySchema = z.object({
  /** Requests a second that were answered. */
  rate: z.number(),
  /** Milliseconds. */
  median: z.number(),
  p99: z.number(),
});
export type Latency = z.output<typeof latencySchema>;

/** Fewer than the thousand requests after which nginx ends a connection. */
const requestsOfConnection = 500;

/** How long requests take that come at a constant rate, whether those before them were answered or not. */
export const latency =
  (url: string, headers: readonly string[], rate: number, seconds: number): Load<Latency> =>
  async ({ address }) => {
    const { hostname, host, port, pathname, search } = new URL(url);
    const given: Order = {
      address,
      port: Number(port),
      name: hostname,
      request: [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...headers, "", ""].join("\r\n"),
      connections: Math.max(64, Math.ceil((rate * (seconds + 1)) / requestsOfConnection)),
      rate,
      seconds,
    };
    const node = [process.execPath, "--import", "tsx", join(__dirname, "open-loop.ts")];
    const { stdout } = await runOrFail("the open loop", "taskset", [
      ...["--cpu-list", cores.load],
      ...[...node, JSON.stringify(given)],
    ]);
    return latencySchema.parse(JSON.parse(stdout));
  };
