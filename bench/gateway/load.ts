import { z } from "zod";
import type { Load } from "./arena.js";

/** What a closed loop reached. */
export interface Rate {
  readonly perSecond: number;
  readonly count: number;
}

const withHeaders = (headers: readonly string[]): string[] => headers.flatMap((line) => ["-H", line]);

/** Clients of a closed loop: enough to keep one core of a proxy busy. */
const connections = 32;

/** Requests a second on kept connections, each client asking again as soon as it was answered. */
export const requests =
  (url: string, headers: readonly string[], seconds: number): Load<Rate> =>
  async ({ name }, client) => {
    const output = await client([
      ...["wrk", "--threads", "1", "--connections", String(connections), "--timeout", "5s"],
      ...["--duration", `${String(seconds)}s`, ...withHeaders(headers), url],
    ]);
    const fault = /^\s*(Non-2xx.*|Socket errors:.*)$/m.exec(output)?.[1];
    if (fault !== undefined) throw new Error(`not every request to ${name} was answered with 2xx: ${fault}`);
    const [, count, time] = /^\s*(\d+) requests in ([\d.]+)s/m.exec(output) ?? [];
    return { perSecond: Number(count) / Number(time), count: Number(count) };
  };

const batchReport = z.object({
  measurements: z.object({
    duration: z.number(),
    status_codes: z.record(z.string(), z.number()),
  }),
});

/** Connections of one batch: a batch resumes no session, as none of them connects twice. */
const batch = 400;

/**
 * Full handshakes a second, each with one request. wrk and h2load resume the sessions of connections they open again,
 * so every batch is a new process whose connections are opened once each.
 */
export const handshakes =
  (url: string, headers: readonly string[], seconds: number): Load<Rate> =>
  async ({ name }, client) => {
    const output = await client([
      ...["sh", "-c"],
      `end=$(($(date +%s) + $0)); until [ "$(date +%s)" -ge "$end" ]; do "$@" 2>&1 >/dev/null || exit; echo; done`,
      String(seconds),
      ...["h2load", "--h1", "--groups", "X25519MLKEM768:X25519", "--output-file", "/dev/stderr"],
      ...["--clients", String(batch), "--requests", String(batch), ...withHeaders(headers), url],
    ]);
    const batches = output
      .split("\n")
      .filter(Boolean)
      .map((line) => batchReport.parse(JSON.parse(line)).measurements);
    const failed = batches.find(({ status_codes: codes }) => codes["2xx"] !== batch);
    if (failed !== undefined)
      throw new Error(
        `not every request to ${name} was answered with 2xx: ${JSON.stringify(failed.status_codes)}`,
      );
    const time = batches.reduce((sum, { duration }) => sum + duration, 0);
    const count = batches.length * batch;
    return { perSecond: count / time, count };
  };
