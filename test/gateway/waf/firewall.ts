// The gateway with its firewall, in front of services that answer everything.
import { renderGeneration } from "../../../components/gateway/generation.js";
import type { GatewayModel, Route } from "../../../components/gateway/model.js";
import { supabaseBlocked, supabaseRoutes } from "../../../components/gateway/supabase.js";
import { image, TestGateway } from "../../contract/gateway.js";
import { Sandbox } from "../../support/containers.js";
import { prodModel } from "../../support/nginx.js";
import { keys, type RecordedRequest } from "./requests.js";
import { type RawAnswer, sendRaw } from "./raw.js";

/** What a service answers, so that a test sees that a request came through. */
export const reached = "a service was reached";

const services = { rest: 3000, auth: 9999, realtime: 4000, storage: 5000, "edge-functions": 9000 };

const backend = `pid /tmp/nginx.pid;
error_log /dev/stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  large_client_header_buffers 4 64k;
  server {
    ${Object.values(services)
      .map((port) => `listen ${String(port)};`)
      .join(" ")}
    location / { return 200 "${reached}"; }
  }
}`;

/** Everything below the root goes to one service: the Core Rule Set's samples know no other paths. */
const anyPath: Route = {
  ...{ match: "prefix", path: "/", upstream: { name: "rest", port: 3000 } },
  ...{ target: "/", access: "open" },
};

const supabase: Partial<GatewayModel> = {
  ...{ keys, http: "serve", limits: "off" },
  routes: supabaseRoutes({ tenant: "realtime" }),
  blocked: supabaseBlocked,
};

/** Models that tests speak to. */
export const models = {
  supabase,
  samples: { ...supabase, routes: [anyPath], blocked: [] },
} satisfies Record<string, Partial<GatewayModel>>;

export type Files = Readonly<Record<string, string>>;

export class Firewall {
  private constructor(
    readonly sandbox: Sandbox,
    readonly gateway: TestGateway,
  ) {}

  static async start(topic: string): Promise<Firewall> {
    const sandbox = new Sandbox(topic);
    sandbox.start(image, {
      name: "services",
      ...{ user: "101:101", readOnly: true, tmpfs: { "/tmp": "mode=1777" } },
      entrypoints: [
        "sh",
        "-c",
        `printf %s "$CONF" >/tmp/nginx.conf; exec nginx -c /tmp/nginx.conf -g 'daemon off;'`,
      ],
      envs: [`CONF=${backend}`],
      networksAdvanced: [{ aliases: Object.keys(services) }],
    });
    return new Firewall(sandbox, await TestGateway.start(sandbox));
  }

  /** Serves a model, its files changed in between where a test wants something left out. */
  async serve(
    model: Partial<GatewayModel>,
    change: (files: Files) => Files = (files) => files,
  ): Promise<void> {
    const generation = renderGeneration({
      model: { ...prodModel, ...model },
      certificates: this.gateway.certificates.leaves,
      frontend: { "index.html": "" },
    });
    const files = change(
      model.routes === models.samples.routes ? withoutFallback(generation.files) : generation.files,
    );
    // Another content needs another name; the name's own place is the control server alone.
    const id = Math.abs([...JSON.stringify(files)].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7))
      .toString(16)
      .padStart(16, "0");
    const conf = (files["nginx.conf"] ?? "").replaceAll(generation.id, id);
    await this.gateway.serve({ id, files: { ...files, "nginx.conf": conf } });
  }

  ask(request: RecordedRequest): Promise<RawAnswer> {
    return sendRaw(this.gateway.port("apiHttp"), bytes(request));
  }

  send(raw: Buffer): Promise<RawAnswer> {
    return sendRaw(this.gateway.port("apiHttp"), raw);
  }
}

/** The place of the API's own 404, which the samples' one route takes. */
const withoutFallback = (files: Files): Files => ({
  ...files,
  "nginx.conf": (files["nginx.conf"] ?? "").replaceAll(
    /^ *location \/(?:\.ordinary\/)? \{\n(?: *internal;\n)? *return 404;\n *\}\n/gm,
    "",
  ),
});

/** The rules without our exclusions and without the short way: what the Core Rule Set does by itself. */
export function stock(files: Files): Files {
  const conf = (files["nginx.conf"] ?? "")
    .replaceAll(/^ *modsecurity_rules "?SecRuleUpdateTargetBy.*\n/gm, "")
    .replaceAll(/^ *modsecurity_rules "?SecRuleRemoveById 920[0-9 ]*"?;\n/gm, "")
    .replaceAll(/^ *if \(\$waf_way = ordinary ?\) \{\n.*\n *\}\n/gm, "");
  return { ...files, "nginx.conf": conf };
}

/** Sends many at a time, and gives the answers in their order. */
export async function sendAll(firewall: Firewall, all: readonly Buffer[]): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = [];
  const port = firewall.gateway.port("apiHttp");
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++)
      answers[at] = await sendRaw(port, all[at] ?? Buffer.alloc(0));
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return answers;
}

/** A recorded request as it goes over the wire. */
export function bytes({ method, target, headers = {}, body, encoding }: RecordedRequest): Buffer {
  const content = body === undefined ? undefined : Buffer.from(body, encoding ?? "utf8");
  const length = content === undefined ? {} : { "content-length": String(content.length) };
  const lines = Object.entries({ host: "api.sobertube.local", ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return content === undefined ? head : Buffer.concat([head, content]);
}
