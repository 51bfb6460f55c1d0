import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Answer } from "../lib/http.js";
import { version } from "./version.js";

const labels = ["http_request_method", "http_response_status_code", "http_route"] as const;
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** What this program counts, under the names that GoTrue exports to Prometheus. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly registers = [this.registry];
  private readonly codes = new Counter({
    name: "http_status_codes_total",
    help: "Number of returned HTTP status codes",
    labelNames: ["code", "http_route"],
    registers: this.registers,
  });
  private readonly durations = new Histogram({
    name: "http_server_request_duration_seconds",
    help: "Duration of HTTP server requests.",
    labelNames: labels,
    buckets,
    registers: this.registers,
  });
  readonly mails = this.counter("global_auth_email_send_operations_total", "Number of email send operations");
  readonly mailErrors = this.counter("global_auth_email_send_errors_total", "Number of email send errors");

  constructor() {
    this.gauge("gotrue_running", "Whether GoTrue is running (always 1)", () => 1);
    version.split(".").forEach((part, i) => {
      const name = ["major", "minor", "patch"][i] ?? "rc";
      const help = `Set to this auth servers ${name} version number.`;
      this.gauge(`global_auth_version_${name}`, help, () => Number(part));
    });
    const started = Date.now() / 1000 - process.uptime();
    this.gauge("process_start_time_seconds", "Start time of the process since unix epoch.", () => started);
    this.gauge("process_resident_memory_bytes", "Resident memory size.", () => process.memoryUsage.rss());
    this.counter("process_cpu_seconds_total", "CPU time spent.", function (this: Counter) {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    });
  }

  /** Notes one answered request; `started` is from `performance.now()`. */
  observe(method: string, route: string, status: number, started: number): void {
    const code = String(status);
    this.codes.inc({ code, http_route: route });
    this.durations.observe(
      { http_request_method: method, http_response_status_code: code, http_route: route },
      (performance.now() - started) / 1000,
    );
  }

  /** The handler of the metrics port, which answers every path alike. */
  async answer(): Promise<Answer> {
    const body = await this.registry.metrics();
    return { status: 200, headers: { "Content-Type": this.registry.contentType }, body };
  }

  private counter(name: string, help: string, collect?: (this: Counter) => void): Counter {
    return new Counter({ name, help, registers: this.registers, collect });
  }

  private gauge(name: string, help: string, value: () => number): void {
    const collect = function (this: Gauge) {
      this.set(value());
    };
    new Gauge({ name, help, registers: this.registers, collect });
  }
}
