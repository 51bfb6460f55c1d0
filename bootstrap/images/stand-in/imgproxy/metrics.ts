import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Settings } from "./settings.js";

export type Span = "queue" | "downloading" | "processing" | "streaming";

/** imgproxy's metrics under its names. */
export class Metrics {
  readonly registry = new Registry();
  private readonly prefix: string;
  private readonly registers = [this.registry];
  readonly requests: Counter;
  readonly statuses: Counter<"status">;
  readonly errors: Counter<"type">;
  readonly duration: Histogram;
  readonly inProgress: Gauge;
  readonly images: Gauge;
  private readonly spans: Histogram<"span">;
  private readonly latencies: ReadonlyMap<Span, Histogram>;

  constructor({ prometheusNamespace, workers }: Settings) {
    this.prefix = prometheusNamespace === undefined ? "" : `${prometheusNamespace}_`;
    this.requests = new Counter(this.named("requests_total", "HTTP requests"));
    this.statuses = new Counter({
      ...this.named("status_codes_total", "Answers by status code"),
      labelNames: ["status"],
    });
    this.errors = new Counter({ ...this.named("errors_total", "Errors by type"), labelNames: ["type"] });
    this.duration = new Histogram(this.named("request_duration_seconds", "Time of a request"));
    this.spans = new Histogram({
      ...this.named("request_span_duration_seconds", "Time of a request's parts"),
      labelNames: ["span"],
    });
    this.latencies = new Map([
      ["downloading", new Histogram(this.named("download_duration_seconds", "Time of downloading"))],
      ["processing", new Histogram(this.named("processing_duration_seconds", "Time of processing"))],
    ]);
    new Gauge(this.named("workers", "Workers")).set(workers);
    this.inProgress = new Gauge(this.named("requests_in_progress", "Requests that run"));
    const images = new Gauge(this.named("images_in_progress", "Images that are worked on"));
    this.images = images;
    new Gauge({
      ...this.named("workers_utilization", "Workers at work, in percent"),
      collect: async function () {
        this.set((((await images.get()).values[0]?.value ?? 0) / workers) * 100);
      },
    });
    new Gauge({
      name: "process_resident_memory_bytes",
      help: "Resident memory size in bytes.",
      registers: this.registers,
      collect: function () {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  /** Takes the time of one part of a request. */
  async span<T>(span: Span, work: () => Promise<T>): Promise<T> {
    const ends = [this.spans.startTimer({ span }), this.latencies.get(span)?.startTimer()];
    try {
      return await work();
    } finally {
      for (const end of ends) end?.();
    }
  }

  private named(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    return { name: this.prefix + name, help, registers: this.registers };
  }
}
