import { listen } from "../../components/gateway/model.js";
import type { Contestant } from "./arena.js";
import { apiHost, nginxCommand } from "./production.js";

/** The certificate that all of them show. */
export interface Leaf {
  readonly certificate: string;
  readonly privateKey: string;
}

const port = String(listen.api);
const backend = "rest:3000";

/** Mozilla's intermediate suites and groups, as the gateway has them. */
const ciphers =
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
  "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
const groups = "X25519MLKEM768:X25519:prime256v1:secp384r1";

const nginx = `worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 4096; }
http {
  access_log off;
${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path /tmp/${kind};`).join("\n")}
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ${ciphers};
  ssl_ecdh_curve ${groups};
  ssl_prefer_server_ciphers off;
  ssl_session_timeout 1d;
  ssl_session_cache shared:tls:10m;
  upstream backend { server ${backend}; keepalive 32; }
  server {
    listen ${port} ssl;
    http2 on;
    server_name ${apiHost};
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;

const haproxy = `global
  nbthread 1
  maxconn 8000
  ssl-default-bind-options ssl-min-ver TLSv1.2
  ssl-default-bind-ciphers ${ciphers}
  ssl-default-bind-curves ${groups}
  tune.ssl.lifetime 86400
  tune.ssl.cachesize 40000
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend api
  bind :${port} ssl crt /tmp/work/both.pem alpn h2,http/1.1
  default_backend rest
backend rest
  server rest ${backend}
`;

const caddy = `{
  admin off
  auto_https off
  persist_config off
}
https://${apiHost}:${port} {
  tls /tmp/work/certificate.pem /tmp/work/key.pem {
    protocols tls1.2 tls1.3
    curves x25519mlkem768 x25519 secp256r1 secp384r1
  }
  reverse_proxy ${backend}
}
`;

/** Plain TLS proxies with kept connections on both sides, one thread each, without logs. */
export const peers = ({ certificate, privateKey }: Leaf): readonly Contestant[] => {
  const pair = { "certificate.pem": certificate, "key.pem": privateKey };
  return [
    {
      name: "bare nginx",
      files: { ...pair, "nginx.conf": nginx },
      command: nginxCommand,
    },
    {
      name: "HAProxy",
      files: { "both.pem": certificate + privateKey, "haproxy.cfg": haproxy },
      command: "haproxy -db -f haproxy.cfg",
    },
    {
      name: "Caddy",
      files: { ...pair, Caddyfile: caddy },
      command: "caddy run --config Caddyfile --adapter caddyfile",
      environment: ["GOMAXPROCS=1", "HOME=/tmp", "XDG_DATA_HOME=/tmp/data", "XDG_CONFIG_HOME=/tmp/config"],
    },
  ];
};
