import * as pulumi from "@pulumi/pulumi";
import { Job } from "../job.js";
import { overviewDashboard } from "../monitoring/dashboard.js";
import { dashboardProvider, dataSource } from "../monitoring/provisioning.js";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs, publishDirect } from "./common.js";
import type { Prometheus } from "./prometheus.js";

export interface GrafanaArgs extends PlatformServiceArgs {
  /** Password of the account `admin`. */
  readonly password: pulumi.Input<string>;
  readonly prometheus: Prometheus;
  /** Where a browser finds it. @default - its own address */
  readonly publicUrl?: string;
}

const folder = "/etc/grafana/provisioning";

/** Grafana takes the configured password at its very first start alone, so another one has to be set. */
const setPassword = ["grafana", "cli", "admin", "reset-admin-password", "--password-from-stdin"];

/** Grafana, with its data source and the platform's overview. */
export class Grafana extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Grafana", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory: 512,
        user: "472:0",
        env: {
          GF_PATHS_PROVISIONING: folder,
          GF_SECURITY_ADMIN_USER: "admin",
          GF_SECURITY_ADMIN_PASSWORD__FILE: `${folder}/admin-password`,
          GF_USERS_ALLOW_SIGN_UP: "false",
          GF_AUTH_ANONYMOUS_ENABLED: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          ...(args.publicUrl === undefined ? {} : { GF_SERVER_ROOT_URL: args.publicUrl }),
        },
        files: {
          folder,
          files: [
            { path: "admin-password", content: args.password },
            { path: "datasources/prometheus.yaml", content: dataSource(args.prometheus.url) },
            { path: "dashboards/platform.yaml", content: dashboardProvider(`${folder}/dashboards`) },
            { path: "dashboards/overview.json", content: overviewDashboard() },
          ],
        },
        data: [{ name: "data", path: "/var/lib/grafana" }],
        tmpfs: ["/tmp"],
        health: { command: ["wget", "-q", "-O", "/dev/null", "http://localhost:3000/api/health"] },
        ports: publishDirect(3000, args),
      },
      { parent: this },
    );
    new Job(
      `${name}-password`,
      { service: this.service, command: setPassword, stdin: pulumi.secret(args.password) },
      { parent: this },
    );
    this.registerOutputs();
  }
}
