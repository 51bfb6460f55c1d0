import * as pulumi from "@pulumi/pulumi";
import type { File } from "../files.js";
import { signRealtimeMetrics } from "../credentials.js";
import { prometheusConfiguration, type ScrapeTarget } from "../monitoring/prometheus.js";
import { metricsTargets, probeTargets } from "../monitoring/targets.js";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs, publishDirect } from "./common.js";
import type { Minio } from "./minio.js";

/** A target, and the token that it asks for. */
export interface Target extends Omit<ScrapeTarget, "tokenFile"> {
  /** @default - it asks for none */
  readonly token?: pulumi.Input<string>;
}

export interface PrometheusArgs extends PlatformServiceArgs {
  /** Signs the token that Realtime asks for. */
  readonly realtimeSecret: pulumi.Input<string>;
  readonly minio: Minio;
  /** How many containers a service runs in, by its name. */
  readonly instances: Readonly<Record<string, number>>;
}

const folder = "/etc/prometheus/platform";

/** Prometheus: reads the metrics of every service and keeps them for 15 days. */
export class Prometheus extends pulumi.ComponentResource {
  readonly service: Service;
  readonly url = "http://prometheus:9090";

  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Prometheus", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory: 512,
        user: "65534:65534",
        command: [
          `--config.file=${folder}/prometheus.yml`,
          "--storage.tsdb.path=/prometheus",
          "--storage.tsdb.retention.time=15d",
          "--storage.tsdb.retention.size=2GB",
        ],
        files: { folder, files: files(args) },
        data: [{ name: "data", path: "/prometheus" }],
        health: { command: ["wget", "-q", "-O", "/dev/null", "http://localhost:9090/-/ready"] },
        ports: publishDirect(9090, args),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

const tokenPath = (job: string): string => `${job}.token`;

function files({ realtimeSecret, minio, instances }: PrometheusArgs): File[] {
  const realtime = pulumi.secret(realtimeSecret).apply(signRealtimeMetrics);
  const targets = metricsTargets({ realtime, minio: minio.metricsToken }, instances);
  const scraped = targets.map(({ token, ...target }) =>
    token === undefined ? target : { ...target, tokenFile: `${folder}/${tokenPath(target.job)}` },
  );
  const tokens = targets.flatMap(({ job, token }) =>
    token === undefined ? [] : [{ path: tokenPath(job), content: token }],
  );
  return [
    {
      path: "prometheus.yml",
      content: prometheusConfiguration({
        targets: scraped,
        probes: probeTargets,
        prober: "blackbox-exporter:9115",
      }),
    },
    ...tokens,
  ];
}
