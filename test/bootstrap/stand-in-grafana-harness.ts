// The stand-in for Grafana beside a Prometheus that scrapes itself and it.
import { localImage } from "../../bootstrap/images/catalog.js";
import { overviewDashboard } from "../../components/monitoring/dashboard.js";
import { dashboardProvider, dataSource } from "../../components/monitoring/provisioning.js";
import { type ContainerInputs, exec, Sandbox, until } from "../support/containers.js";
import { everyPanel } from "./stand-in-grafana-panels.js";

export const image = localImage("grafana");
// An archive is copied into images of root alone.
const carrier = localImage("postgres");
export const password = 'it\'s-a-"good"-$one';

const hardened = {
  readOnly: true,
  capabilities: { adds: [], drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  memory: 256,
};

const scrapes = `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: prometheus, static_configs: [{ targets: ["localhost:9090"] }] }
  - { job_name: grafana, static_configs: [{ targets: ["grafana:3000"] }] }
  - { job_name: nobody, static_configs: [{ targets: ["localhost:1"] }] }
`;

const upload = (owner: string) => (file: string, content: string) => ({
  ...{ file, content, owner, group: "0", permissions: "0400" },
});

/** What is run as a container of this stand-in, on the platform's terms. */
export const inputs = (name: string, env: Readonly<Record<string, string>>): ContainerInputs => ({
  ...hardened,
  name,
  user: "472:0",
  networksAdvanced: [{ aliases: [name] }],
  envs: Object.entries(env).map(([key, value]) => `${key}=${value}`),
  tmpfs: { "/tmp": "rw" },
  mounts: [
    { source: "data", target: "/var/lib/grafana" },
    { source: "provisioning", target: "/etc/grafana/provisioning", readOnly: true },
    { source: "dashboards", target: "/etc/dashboards", readOnly: true },
    { source: "secrets", target: "/run/secrets", readOnly: true },
  ],
});

export class Grafana {
  readonly sandbox = new Sandbox("grafana");
  container = "";
  port = 0;

  async start(): Promise<void> {
    const own = upload("472");
    await this.sandbox.carry(carrier, {
      name: "grafana-carrier",
      volumes: [
        { volumeName: "provisioning", containerPath: "/etc/grafana/provisioning" },
        { volumeName: "dashboards", containerPath: "/etc/dashboards" },
        { volumeName: "secrets", containerPath: "/run/secrets" },
      ],
      uploads: [
        own("/etc/grafana/provisioning/datasources/prometheus.yaml", dataSource("http://$PROMETHEUS:9090")),
        own("/etc/grafana/provisioning/dashboards/platform.yaml", dashboardProvider("/etc/dashboards")),
        own("/etc/dashboards/overview.json", overviewDashboard()),
        own("/etc/dashboards/every-panel.json", everyPanel()),
        own("/run/secrets/password", `${password}\n`),
      ],
    });
    await this.startPrometheus();
    this.container = this.sandbox.start(image, inputs("grafana", environment), [3000]);
    this.port = this.sandbox.port(this.container, 3000);
    await until("grafana", async () =>
      (await fetch(this.url("/api/health"), { signal: AbortSignal.timeout(2000) })).ok ? true : undefined,
    );
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** One request as the administrator. */
  async api(path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
    const response = await fetch(this.url(path), {
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  }

  /** Signs in with the form. @returns the session's cookie */
  async signIn(given = password): Promise<{ status: number; cookie: string }> {
    const response = await fetch(this.url("/login"), {
      method: "POST",
      body: new URLSearchParams({ user: "admin", password: given }),
      redirect: "manual",
    });
    return { status: response.status, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" };
  }

  async page(path: string, cookie: string): Promise<string> {
    return (await fetch(this.url(path), { headers: { cookie } })).text();
  }

  logs(): string {
    const { stdout, stderr } = exec("docker", ["logs", this.container]);
    return stdout + stderr;
  }

  private async startPrometheus(): Promise<void> {
    const prometheus = localImage("prometheus");
    await this.sandbox.carry(carrier, {
      name: "prometheus-carrier",
      volumes: [{ volumeName: "scrapes", containerPath: "/etc/prometheus" }],
      uploads: [upload("65534")("/etc/prometheus/prometheus.yml", scrapes)],
    });
    this.sandbox.start(prometheus, {
      ...hardened,
      name: "prometheus",
      user: "65534:65534",
      networksAdvanced: [{ aliases: ["prometheus"] }],
      mounts: [
        { source: "scrapes", target: "/etc/prometheus", readOnly: true },
        { source: "samples", target: "/prometheus" },
      ],
    });
  }
}

export const environment = {
  GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/password",
  GF_SERVER_ROOT_URL: "http://localhost:3001",
  GF_USERS_ALLOW_SIGN_UP: "false",
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  PROMETHEUS: "prometheus",
};
