import { block, directive, render } from "../../components/gateway/nginx.js";
import { allPorts, nginxCommand } from "./production.js";

const rows = Array.from({ length: 10 }, (_, id) => ({
  id,
  name: `Alcohol-free drink number ${String(id)}`,
  volume: 0.33,
  created_at: "2026-01-01T12:00:00.000000+00:00",
}));

/** About a kilobyte of JSON, as PostgREST answers a page of rows. */
const body = JSON.stringify(rows);

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) =>
  directive(`${kind}_temp_path`, `/tmp/${kind}`),
);

/** Answers everything at once, and never ends a connection by itself. */
export const backend = {
  name: "backend",
  command: nginxCommand,
  files: {
    "nginx.conf": render([
      directive("worker_processes", 1),
      directive("pid", "/tmp/nginx.pid"),
      directive("error_log", "/dev/stderr", "warn"),
      block("events", [], [directive("worker_connections", 8192)]),
      block(
        "http",
        [],
        [
          directive("access_log", "off"),
          directive("keepalive_requests", 1_000_000_000),
          directive("default_type", "application/json"),
          ...temporary,
          block(
            "server",
            [],
            [
              ...allPorts.map((port) => directive("listen", port)),
              block("location", ["/"], [directive("return", 200, body)]),
            ],
          ),
        ],
      ),
    ]),
  },
} as const;
