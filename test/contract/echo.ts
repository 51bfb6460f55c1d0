// A service behind the gateway that tells what it was asked.
import { docker, type Sandbox } from "../support/containers.js";
import type { Answer } from "../support/client.js";
import { image } from "./gateway.js";

/** A session as GoTrue may send it: 90 kB in 30 cookies. */
const cookies = Array.from(
  { length: 30 },
  (_, at) => `add_header Set-Cookie "part${String(at)}=${"c".repeat(3000)}";`,
).join(" ");

/** It sends CORS headers and errors of its own. */
const configuration = (port: number, name: string): string => `events {}
pid /tmp/pid;
http {
  log_format asked $request_uri;
  access_log /tmp/asked asked;
  client_max_body_size 0;
  large_client_header_buffers 4 32k;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path /tmp/${kind};`).join(" ")}
  server {
    listen ${String(port)};
    add_header Access-Control-Allow-Origin https://backend.example;
    add_header Access-Control-Allow-Credentials true;
    location = /session { add_header Set-Cookie "session=secret; Path=/; HttpOnly; Secure; SameSite=Lax"; return 204; }
    location = /page.html { default_type text/html; return 200 "<script>globalThis.ran = true</script><p>a user's file</p>"; }
    location = /cookies { ${cookies} return 204; }
    location = /own-error { return 503 "the service's own"; }
    location / {
      default_type text/plain;
      if ($http_x_fails = ${name}) { return 503 "not now"; }
      return 200 "name=${name}\\nuri=$request_uri\\nauthorization=$http_authorization\\nid=$http_x_request_id\\nforwarded=$http_x_forwarded_for\\nproto=$http_x_forwarded_proto\\nhost=$host\\nconnection=$connection_requests\\nprefix=$http_x_forwarded_prefix\\n";
    }
  }
}`;

/** Starts it under a service's name. @returns the container's id */
export const startEcho = (sandbox: Sandbox, name: string, alias = "rest", port = 3000): string =>
  sandbox.start(image, {
    name,
    readOnly: true,
    user: "101:101",
    tmpfs: { "/tmp": "rw" },
    networksAdvanced: [{ aliases: [alias] }],
    envs: [`CONFIGURATION=${configuration(port, name)}`],
    entrypoints: ["sh", "-c"],
    command: [`echo "$CONFIGURATION" >/tmp/nginx.conf; nginx -c /tmp/nginx.conf; exec sleep 600`],
  });

/** Nothing listens in the container any more, which stays with its address. */
export const stopListening = (container: string): string =>
  docker(["exec", container, "nginx", "-c", "/tmp/nginx.conf", "-s", "stop"]);

export const listenAgain = (container: string): string =>
  docker(["exec", container, "nginx", "-c", "/tmp/nginx.conf"]);

/** What it was asked, by name. */
export const told = ({ body }: Pick<Answer, "body">): Readonly<Record<string, string>> =>
  Object.fromEntries(
    body.split("\n").map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)]),
  );
