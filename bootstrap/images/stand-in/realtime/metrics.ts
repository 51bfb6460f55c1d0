import { Counter, Gauge, Histogram, Registry } from "prom-client";

const tenant = ["tenant"] as const;

/** What is counted for each project and, under a name with `global` in it, for all of them. */
const sums = {
  events: ["events", "Sum of messages sent on a Realtime Channel."],
  presenceEvents: ["presence_events", "Sum of presence messages sent on a Realtime Channel."],
  dbEvents: ["db_events", "Sum of db messages sent on a Realtime Channel."],
  joins: ["joins", "Sum of Realtime Channel joins."],
  inputBytes: ["input_bytes", "Sum of input bytes sent on sockets."],
  outputBytes: ["output_bytes", "Sum of output bytes sent on sockets."],
} as const;

export type Sum = keyof typeof sums;

/** The server's metrics, under Realtime's names. */
export class Metrics {
  private readonly registers = [new Registry()];
  private readonly sums = Object.fromEntries(
    Object.entries(sums).map(([sum, [name, help]]) => [
      sum,
      {
        own: this.counter(`realtime_channel_${name}`, help, tenant),
        global: this.counter(`realtime_channel_global_${name}`, `${help} All tenants.`),
      },
    ]),
  ) as Record<Sum, { own: Counter; global: Counter }>;
  private readonly errors = this.counter(
    "realtime_channel_global_error",
    "Errors while channels were joined, by code.",
    ["code"],
  );
  private readonly joined = this.counter(
    "phoenix_channel_joined_total",
    "Channel joins that have occurred.",
    [...["result", "transport", "endpoint"]],
  );
  private readonly checks = {
    read: this.latency("realtime_tenants_read_authorization_check", "Latency of read authorization checks."),
    write: this.latency(
      "realtime_tenants_write_authorization_check",
      "Latency of write authorization checks.",
    ),
  };

  /** @param connected - connections by project, of the projects that have been used */
  constructor(connected: () => ReadonlyMap<string, number>) {
    for (const name of ["connected", "connected_cluster"]) {
      this.gauge(`realtime_connections_${name}`, "Connected clients of a tenant.", tenant, (gauge) => {
        for (const [id, count] of connected()) gauge.set({ tenant: id }, count);
      });
      this.gauge(`realtime_connections_global_${name}`, "Connected clients of all tenants.", [], (gauge) =>
        gauge.set(total(connected())),
      );
    }
    this.gauge("phoenix_connections_total", "Open connections.", [], (gauge) =>
      gauge.set(total(connected())),
    );
    this.gauge("realtime_tenants_connected", "Connected tenants.", [], (gauge) =>
      gauge.set(connected().size),
    );
    this.gauge("beam_memory_allocated_bytes", "Memory of the process; there is no BEAM here.", [], (gauge) =>
      gauge.set(process.memoryUsage.rss()),
    );
    this.gauge("beam_stats_uptime_milliseconds_count", "Time since the start.", [], (gauge) =>
      gauge.set(Math.round(process.uptime() * 1000)),
    );
  }

  add(sum: Sum, id: string, count = 1): void {
    this.sums[sum].own.inc({ tenant: id }, count);
    this.sums[sum].global.inc(count);
  }

  /** @param code - of a refused join */
  join(code?: string): void {
    const result = code === undefined ? "ok" : "error";
    this.joined.inc({ result, transport: "websocket", endpoint: "RealtimeWeb.Endpoint" });
    if (code !== undefined) this.errors.inc({ code });
  }

  /** Measures a question to the policies. */
  async timed<T>(check: "read" | "write", id: string, work: Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await work;
    this.checks[check].observe({ tenant: id }, performance.now() - begin);
    return result;
  }

  text(): Promise<string> {
    return Registry.merge(this.registers).metrics();
  }

  private counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: this.registers });
  }

  private latency(name: string, help: string): Histogram {
    return new Histogram({
      ...{ name, help, labelNames: tenant, registers: this.registers },
      buckets: [10, 250, 5000, 15_000],
    });
  }

  private gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    set: (gauge: Gauge) => void,
  ): void {
    new Gauge({
      ...{ name, help, labelNames, registers: this.registers },
      collect() {
        set(this);
      },
    });
  }
}

const total = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
