/** One query of a panel, in PromQL. */
export interface Query {
  readonly expression: string;
  /** Name of a series, in which `{{label}}` stands for a label's value. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly kind: "stat" | "timeseries";
  /** As Grafana calls it, e.g. `bytes`. */
  readonly unit: string;
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const stat = (title: string, unit: string, expression: string, legend = ""): Panel => ({
  title,
  kind: "stat",
  unit,
  queries: [{ expression, legend }],
});

const series = (title: string, unit: string, ...queries: readonly (readonly [string, string])[]): Panel => ({
  title,
  kind: "timeseries",
  unit,
  queries: queries.map(([expression, legend]) => ({ expression, legend })),
});

/** The time within which a share of each route's requests was answered; WebSockets are left out. */
const timeBelow = (share: number): Panel =>
  series(`${String(share * 100)} % of requests take less than`, "s", [
    `histogram_quantile(${String(share)}, sum by (route, le) (rate(nginx_http_request_duration_seconds_bucket[2m])))`,
    "{{route}}",
  ]);

/** What an operator looks at first: is everything there, is it full, is it busy. */
export const rows: readonly Row[] = [
  {
    title: "Everything",
    panels: [
      stat("Targets up", "short", "sum(up)"),
      stat("Targets down", "short", "count(up == 0) or vector(0)"),
      stat("Services that answer", "short", "sum(probe_success)"),
      stat("Services that do not", "short", "count(probe_success == 0) or vector(0)"),
    ],
  },
  {
    title: "Gateway",
    panels: [
      series(
        "Client connections",
        "short",
        ["nginx_connections_active", "open"],
        ["nginx_connections_waiting", "idle"],
      ),
      series("Requests by route", "reqps", [
        "sum by (route) (rate(nginx_http_requests_total[2m]))",
        "{{route}}",
      ]),
      series("Share of failed requests", "percentunit", [
        '(sum(rate(nginx_http_requests_total{status=~"5.."}[2m])) or vector(0)) / sum(rate(nginx_http_requests_total[2m]))',
        "5xx",
      ]),
      series("Refused for their number", "reqps", [
        'sum(rate(nginx_http_requests_total{status="429",source="gateway"}[2m])) or vector(0)',
        "429",
      ]),
    ],
  },
  {
    title: "How long requests take",
    panels: [0.5, 0.95, 0.99].map((share) => timeBelow(share)),
  },
  {
    title: "API services",
    panels: [
      series("Sign-in requests", "reqps", [
        'sum(rate(http_server_request_duration_seconds_count{job="auth"}[2m]))',
        "auth",
      ]),
      series(
        "PostgREST pool",
        "short",
        ["pgrst_db_pool_available", "available"],
        ["pgrst_db_pool_waiting", "waiting"],
      ),
    ],
  },
  {
    title: "Database and cache",
    panels: [
      series("Database connections", "short", ["sum by (state) (pg_stat_activity_count)", "{{state}}"]),
      series("Transactions", "ops", ["sum(rate(pg_stat_database_xact_commit[2m]))", "committed"]),
      series("Database size", "bytes", ['pg_database_size_bytes{datname="postgres"}', "{{datname}}"]),
      series("Redis memory", "bytes", ["redis_memory_used_bytes", "used"]),
    ],
  },
  {
    title: "Files and images",
    panels: [
      series("Space for files", "bytes", ["minio_cluster_capacity_raw_free_bytes", "free"]),
      series("Image requests", "reqps", ["rate(imgproxy_requests_total[2m])", "imgproxy"]),
      series("Time to answer", "s", ["probe_duration_seconds", "{{service}}"]),
    ],
  },
  {
    title: "Memory",
    panels: [series("Resident memory", "bytes", ["process_resident_memory_bytes", "{{job}}"])],
  },
];
