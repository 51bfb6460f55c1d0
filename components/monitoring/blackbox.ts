import { stringify } from "yaml";

/** Configuration of the blackbox exporter: one module, which wants a 2xx answer over IPv4 within 5 seconds. */
export const blackboxConfiguration = (): string =>
  stringify({
    modules: {
      http_2xx: {
        prober: "http",
        timeout: "5s",
        http: { preferred_ip_protocol: "ip4", follow_redirects: false },
      },
    },
  });
