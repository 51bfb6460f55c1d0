import type * as pulumi from "@pulumi/pulumi";
import { internalListen, internalName } from "../gateway/model.js";
import type { Target } from "../services/prometheus.js";
import type { ProbeTarget } from "./prometheus.js";

/** What the two services that guard their metrics ask for. */
export interface MetricsTokens {
  readonly realtime: pulumi.Input<string>;
  readonly minio: pulumi.Input<string>;
}

/** A service's containers, each under its own name where there are several. */
const each = (name: string, port: number, instances = 1): readonly string[] =>
  instances === 1
    ? [`${name}:${String(port)}`]
    : Array.from({ length: instances }, (_, index) => `${name}${String(index + 1)}:${String(port)}`);

/**
 * Where every service, exporter and the gateway show their metrics.
 * @param instances how many containers a service runs in
 */
export const metricsTargets = (
  { realtime, minio }: MetricsTokens,
  instances: Readonly<Record<string, number>>,
): readonly Target[] => [
  { job: "prometheus", addresses: ["localhost:9090"] },
  { job: "gateway", addresses: [`${internalName}:${String(internalListen.metrics)}`] },
  { job: "rest", addresses: each("rest", 3001, instances.rest) },
  { job: "auth", addresses: each("auth", 9100, instances.auth) },
  { job: "realtime", addresses: ["realtime:4000"], token: realtime },
  { job: "imgproxy", addresses: each("imgproxy", 8081, instances.imgproxy) },
  { job: "minio", addresses: ["minio:9000"], path: "/minio/v2/metrics/cluster", token: minio },
  { job: "grafana", addresses: ["grafana:3000"] },
  { job: "postgres", addresses: ["postgres-exporter:9187"] },
  { job: "redis", addresses: ["redis-exporter:9121"] },
  { job: "blackbox", addresses: ["blackbox-exporter:9115"] },
];

/** The services without metrics, and what they answer when they work. */
export const probeTargets: readonly ProbeTarget[] = [
  { service: "storage", url: "http://storage:5000/status" },
  { service: "edge-functions", url: "http://edge-functions:9000/health" },
  { service: "inbucket", url: "http://inbucket:9000/" },
];
