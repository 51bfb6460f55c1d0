import { renderNginx } from "../../components/gateway/main.js";
import type { GatewayModel } from "../../components/gateway/model.js";
import { supabaseBlocked, supabaseRoutes } from "../../components/gateway/supabase.js";
import { devModel, parse, prodModel } from "../support/nginx.js";
import { rules } from "../support/scanners/gixy.js";

const routes = supabaseRoutes({ tenant: "realtime" });
const everything: Partial<GatewayModel> = {
  ...{ routes, blocked: supabaseBlocked, http: "serve", http3: "on", debugHeaders: "shown" },
  ...{ allow: ["10.0.0.0/8"], trustedProxies: ["10.0.0.1"], instances: { rest: 3 }, waf: "block" },
};
const models: Readonly<Record<string, GatewayModel>> = {
  development: { ...devModel, routes, blocked: supabaseBlocked },
  production: { ...prodModel, routes, blocked: supabaseBlocked },
  "every setting": { ...prodModel, ...everything },
};

/** One configuration for each rule that breaks it, and hardly more. */
const faults: Readonly<Record<string, string>> = {
  add_header_content_type: "add_header Content-Type text/html;",
  add_header_multiline: 'add_header X "a\nb";',
  add_header_redefinition: "location / { add_header X y; }",
  alias_traversal: "location /files { alias /data/; }",
  allow_without_deny: "location / { allow 10.0.0.1; }",
  default_server_flag: "server { listen 80; } server { listen 80; }",
  error_log_off: "error_log off;",
  hash_without_default: "map $a $b { x y; }",
  host_spoofing: "proxy_set_header Host $http_host;",
  http2_misdirected_request: "server { listen 443 ssl default_server; }",
  http_splitting: "location / { return 301 https://x$uri; }",
  if_is_evil: "location / { if ($a) { proxy_pass http://x; } }",
  invalid_regex: 'map $a $b { default ""; "~^(a$" x; }',
  low_keepalive_requests: "keepalive_requests 10;",
  missing_worker_processes: "events { }",
  mixed_case_variable: "set $Mixed x;",
  origins: 'map $http_origin $b { default ""; ~^https://x$ y; }',
  overlapping_captures: 'map $a $b { default ""; ~^(?<x>a)$ x; ~^(?<x>b)$ x; }',
  proxy_buffering_off: "location / { proxy_buffering off; }",
  proxy_pass_normalized: "location / { proxy_pass http://rest/; }",
  quic_bpf_reuseport: "server { listen 443 quic; }",
  regex_redos: 'map $a $b { default ""; ~^(a+)+$ x; }',
  resolver_external: "resolver 8.8.8.8;",
  return_bypasses_allow_deny: "location / { deny all; return 200; }",
  ssl_stapling_without_resolver: "ssl_stapling on;",
  ssrf: "location / { proxy_pass http://$arg_host; }",
  stale_dns_cache: "upstream rest { server rest:3000; }",
  status_page_exposed: "location /status { stub_status; }",
  try_files_is_evil_too: "location / { try_files $uri /x; proxy_pass http://x; }",
  unanchored_regex: "location ~ admin { }",
  unnamed_groups: 'map $a $b { default ""; ~^(a)$ x; }',
  valid_referers: "valid_referers none x.example;",
  version_disclosure: "http { }",
  worker_rlimit_nofile_vs_connections: "worker_rlimit_nofile 100; events { worker_connections 100; }",
};

describe.each(Object.keys(rules))("%s", (name) => {
  const rule = rules[name] ?? (() => ["no such rule"]);

  it("is found where it is broken", () => {
    expect(rule(parse(faults[name] ?? ""))).not.toEqual([]);
  });

  it.each(Object.keys(models))("is kept in %s", (model) => {
    const configuration = models[model];
    if (configuration === undefined) throw new Error(model);
    expect(rule(parse(renderNginx(configuration, "0123456789abcdef")))).toEqual([]);
  });
});
