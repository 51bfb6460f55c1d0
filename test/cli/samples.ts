// Containers and outputs as the commands read them.
import type { Outputs } from "../../cli/outputs.js";
import type { Inspection, ServiceContainer } from "../../cli/services.js";

/** A service's container that runs and is healthy. */
export function service(component: string, change: Partial<ServiceContainer> = {}): ServiceContainer {
  return {
    id: `${component}-id`,
    component,
    container: `sobertube_${component}`,
    label: "sobertube/dev",
    state: "running",
    exitCode: 0,
    restarts: 0,
    startedAt: 0,
    health: "healthy",
    check: ["curl", "-fsS", "http://localhost:4000/healthcheck"],
    environment: {},
    aliases: [component],
    addresses: ["172.16.0.2"],
    ...change,
  };
}

/** A container as `docker inspect` shows it. */
export const inspection = (component: string, test: readonly string[] | undefined): Inspection => ({
  Id: "0123456789abcdef",
  Name: `/sobertube_${component}`,
  RestartCount: 2,
  State: {
    Status: "running",
    ExitCode: 0,
    StartedAt: "2026-01-02T03:04:05.678Z",
    Health: { Status: "healthy" },
  },
  Config: {
    Env: ["A=b=c", "EMPTY="],
    Labels: { "platform.stack": "sobertube/dev", "platform.component": component },
    Healthcheck: test === undefined ? undefined : { Test: test },
  },
  NetworkSettings: {
    Networks: { main: { Aliases: [component, "0123456789ab"], IPAddress: "172.16.0.2" } },
  },
});

const endpoint = (port: number, url: string) => ({ bind: "127.0.0.1", port, url });

/** A developer's stack. */
export const outputs: Outputs = {
  endpoints: {
    https: endpoint(443, "https://sobertube.local"),
    http: endpoint(80, "http://sobertube.local"),
    api: endpoint(8000, "https://api.sobertube.local:8000"),
    apiHttp: endpoint(8080, "http://localhost:8080"),
  },
  caCertificate: "CA",
  caKey: "CA KEY",
  certificates: { server: { certificate: "SERVER", privateKey: "SERVER KEY" } },
  anonKey: "a.anon.key",
  serviceRoleKey: "a.service.key",
  jwtSecret: "secret $HOME #\\n",
  postgresPassword: "secret-of-postgres",
  redisPassword: "secret-of-redis",
  minioPassword: "secret-of-minio",
};
