import type { HealthCheck } from "./model.js";

/** Services behind the gateway, each asked on the path that answers without a key and without work. */
export const supabaseHealth: readonly HealthCheck[] = [
  // PostgREST's admin server; its root would describe the whole schema.
  { name: "rest", host: "rest", port: 3001, path: "/ready" },
  { name: "auth", host: "auth", port: 9999, path: "/health" },
  { name: "realtime", host: "realtime", port: 4000, path: "/healthcheck" },
  { name: "storage", host: "storage", port: 5000, path: "/status" },
  { name: "functions", host: "edge-functions", port: 9000, path: "/health" },
];
