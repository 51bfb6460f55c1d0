import { Counter, Gauge, Histogram, Registry } from "prom-client";

export const version = "12.0.0-stand-in";

/** The server's metrics, under Grafana's names. */
export class Metrics {
  private readonly registers = [new Registry()];
  private readonly requests = new Histogram({
    name: "grafana_http_request_duration_seconds",
    help: "Histogram of latencies for HTTP requests.",
    labelNames: ["handler", "method", "status_code"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
    registers: this.registers,
  });
  readonly logins = new Counter({
    name: "grafana_api_login_post_total",
    help: "api login post counter",
    registers: this.registers,
  });

  constructor(totals: { dashboards: number; datasources: number }) {
    const { registers } = this;
    const gauge = (name: string, help: string, value: number) =>
      new Gauge({ name, help, registers }).set(value);
    const labels = {
      version,
      revision: "stand-in",
      branch: "stand-in",
      edition: "stand-in",
      goversion: "none",
    };
    new Gauge({
      ...{ name: "grafana_build_info", help: "Constantly 1, labelled by what was built.", registers },
      labelNames: Object.keys(labels),
    }).set(labels, 1);
    gauge("grafana_stat_totals_dashboard", "total amount of dashboards", totals.dashboards);
    gauge("grafana_stat_totals_datasource", "total number of defined datasources", totals.datasources);
    gauge("grafana_stat_total_users", "total amount of users", 1);
    gauge(
      "process_start_time_seconds",
      "Start time of the process.",
      Math.round(Date.now() / 1000 - process.uptime()),
    );
    new Gauge({
      ...{ name: "process_resident_memory_bytes", help: "Resident memory size in bytes.", registers },
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  observe(handler: string, method: string, status: number, seconds: number): void {
    this.requests.observe({ handler, method, status_code: String(status) }, seconds);
  }

  text(): Promise<string> {
    return Registry.merge(this.registers).metrics();
  }
}
