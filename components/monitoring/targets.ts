import type * as pulumi from "@pulumi/pulumi";
import { internalListen, internalName } from "../gateway/model.js";
import type { Target } from "../services/prometheus.js";
import type { ProbeTarget } from "./prometheus.js";

/** What the two services that guard their metrics ask for. */
export interface MetricsTokens {
  readonly realtime: pulumi.Input<string>;
  readonly minio: pulumi.Input<string>;
}

/** Where every service, exporter and the gateway show their metrics. */
export const metricsTargets = ({ realtime, minio }: MetricsTokens): readonly Target[] => [
  { job: "prometheus", address: "localhost:9090" },
  { job: "gateway", address: `${internalName}:${String(internalListen.metrics)}` },
  { job: "rest", address: "rest:3001" },
  { job: "auth", address: "auth:9100" },
  { job: "realtime", address: "realtime:4000", token: realtime },
  { job: "imgproxy", address: "imgproxy:8081" },
  { job: "minio", address: "minio:9000", path: "/minio/v2/metrics/cluster", token: minio },
  { job: "grafana", address: "grafana:3000" },
  { job: "postgres", address: "postgres-exporter:9187" },
  { job: "redis", address: "redis-exporter:9121" },
  { job: "blackbox", address: "blackbox-exporter:9115" },
];

/** The services without metrics, and what they answer when they work. */
export const probeTargets: readonly ProbeTarget[] = [
  { service: "storage", url: "http://storage:5000/status" },
  { service: "edge-functions", url: "http://edge-functions:9000/health" },
  { service: "inbucket", url: "http://inbucket:9000/" },
];
