import { stringify } from "yaml";

/** A service that Prometheus reads metrics from. */
export interface ScrapeTarget {
  /** Value of the label `job`. */
  readonly job: string;
  /** Where its containers are found, as `host:port`. */
  readonly addresses: readonly string[];
  /** @default "/metrics" */
  readonly path?: string;
  /** File with the bearer token that it asks for. @default - it asks for none */
  readonly tokenFile?: string;
}

/** A service without metrics, whose endpoint the blackbox exporter asks. */
export interface ProbeTarget {
  /** Value of the label `service`. */
  readonly service: string;
  readonly url: string;
}

export interface PrometheusModel {
  readonly targets: readonly ScrapeTarget[];
  readonly probes: readonly ProbeTarget[];
  /** The blackbox exporter, as `host:port`. */
  readonly prober: string;
}

/** prometheus.yml. Every 15 seconds, which keeps an idle stack idle. */
export function prometheusConfiguration({ targets, probes, prober }: PrometheusModel): string {
  return stringify({
    global: { scrape_interval: "15s", scrape_timeout: "10s", evaluation_interval: "15s" },
    scrape_configs: [...targets.map(scrape), probe(probes, prober)],
  });
}

const scrape = ({ job, addresses, path, tokenFile }: ScrapeTarget) => ({
  job_name: job,
  ...(path === undefined ? {} : { metrics_path: path }),
  ...(tokenFile === undefined ? {} : { authorization: { credentials_file: tokenFile } }),
  static_configs: [{ targets: addresses }],
});

/** The exporter is asked about each URL; labels say which service is behind it. */
const probe = (probes: readonly ProbeTarget[], prober: string) => ({
  job_name: "probe",
  metrics_path: "/probe",
  params: { module: ["http_2xx"] },
  static_configs: probes.map(({ service, url }) => ({ targets: [url], labels: { service } })),
  relabel_configs: [
    { source_labels: ["__address__"], target_label: "__param_target" },
    { source_labels: ["__param_target"], target_label: "instance" },
    { target_label: "__address__", replacement: prober },
  ],
});
