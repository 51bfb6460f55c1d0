// Runs in nginx: the counters in Prometheus's text format.
import counting from "./tally.mjs";

/** @typedef {Record<string, number>} Counters */

/** @param {string} text */
const label = (text) => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");

/** @param {string} name @param {string} type @param {string} help @param {string[]} lines */
const family = (name, type, help, lines) =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`].concat(lines);

/** Values of the keys that begin with a name, by the rest of the key, in order. @param {Counters} counters @param {string} name */
const below = (counters, name) =>
  Object.keys(counters)
    .filter((key) => key.indexOf(`${name}|`) === 0)
    .sort()
    .map((key) => ({ rest: key.substring(name.length + 1), value: counters[key] }));

/** @param {Counters} counters @param {string} key @param {string} name */
function histogram(counters, key, name) {
  const routes = below(counters, key)
    .filter((entry) => /\|sum$/.test(entry.rest))
    .map((entry) => entry.rest.replace(/\|sum$/, ""));
  /** @type {string[]} */
  const lines = [];
  routes.forEach((route) => {
    const id = `route="${label(route)}"`;
    let total = 0;
    counting.bounds.concat(Infinity).forEach((bound, bucket) => {
      total += counters[`${key}|${route}|${bucket}`] || 0;
      const le = bound === Infinity ? "+Inf" : String(bound / 1000);
      lines.push(`${name}_bucket{${id},le="${le}"} ${total}`);
    });
    lines.push(
      `${name}_sum{${id}} ${(counters[`${key}|${route}|sum`] || 0) / 1000}`,
      `${name}_count{${id}} ${total}`,
    );
  });
  return lines;
}

/** @param {Counters} counters @param {string} key @param {string} name */
const byRoute = (counters, key, name) =>
  below(counters, key).map((entry) => `${name}{route="${label(entry.rest)}"} ${entry.value}`);

/** @param {Counters} counters */
const requests = (counters) =>
  below(counters, "requests").map((entry) => {
    const values = entry.rest.split("|").map(label);
    return `nginx_http_requests_total{route="${values[0]}",method="${values[1]}",status="${values[2]}",source="${values[3]}"} ${entry.value}`;
  });

/**
 * Prometheus's text format.
 * @param {Counters} counters
 * @param {Record<string, string | undefined>} variables nginx's
 */
function render(counters, variables) {
  const connections = ["active", "reading", "writing", "waiting"].map((state) =>
    family(
      `nginx_connections_${state}`,
      "gauge",
      "Connections of clients, as nginx's stub_status counts them.",
      [`nginx_connections_${state} ${variables[`connections_${state}`]}`],
    ),
  );
  const loaded = below(counters, "loaded").map((entry) => entry.value);
  const families = [
    family(
      "nginx_http_requests_total",
      "counter",
      "Requests by route; the source says whether a service answered or the gateway itself.",
      requests(counters),
    ),
    family(
      "nginx_http_request_duration_seconds",
      "histogram",
      "From a request's first byte to its answer's last; without WebSockets.",
      histogram(counters, "duration", "nginx_http_request_duration_seconds"),
    ),
    family(
      "nginx_http_upstream_header_duration_seconds",
      "histogram",
      "Until a service's answer began.",
      histogram(counters, "upstream", "nginx_http_upstream_header_duration_seconds"),
    ),
    family(
      "nginx_http_sent_bytes_total",
      "counter",
      "Bytes sent to clients, headers included.",
      byRoute(counters, "sent", "nginx_http_sent_bytes_total"),
    ),
    family(
      "nginx_http_received_bytes_total",
      "counter",
      "Bytes of requests, headers included.",
      byRoute(counters, "received", "nginx_http_received_bytes_total"),
    ),
    family("nginx_config_info", "gauge", "The generation that is served.", [
      `nginx_config_info{generation="${label(variables.generation || "")}"} 1`,
    ]),
    family(
      "nginx_config_loaded_timestamp_seconds",
      "gauge",
      "When it was loaded.",
      loaded.map((time) => `nginx_config_loaded_timestamp_seconds ${time}`),
    ),
    family("nginx_metrics_lost_total", "counter", "Values that no memory was left to count.", [
      `nginx_metrics_lost_total ${counters.lost || 0}`,
    ]),
  ].concat(connections);
  return `${families.map((lines) => lines.join("\n")).join("\n")}\n`;
}

export default { render };
