// What the firewall costs: ordinary requests with it off, with the Core Rule Set alone, and with the short way before it.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../components/gateway/model.js";
import { docker } from "../../test/support/containers.js";
import { Firewall, models, reached, stock } from "../../test/gateway/waf/firewall.js";
import { keys } from "../../test/gateway/waf/requests.js";

/** Requests per second. */
export interface FirewallRates {
  /** With the firewall off. */
  readonly plain: number;
  /** With our rules, without the short way and the exclusions. */
  readonly stock: number;
  /** As it is served. */
  readonly ours: number;
}

const runs = 5;
const seconds = 2;
const connections = 16;

/** A list of posts, as supabase-js asks for it. */
const target = "/rest/v1/posts?select=id,title,created_at&author_id=eq.7&order=created_at.desc&limit=20";
const headers = {
  host: "api.sobertube.local",
  accept: "*/*",
  apikey: keys.anon,
  authorization: `Bearer ${keys.anon}`,
  "user-agent": "node",
  "x-client-info": "supabase-js-node/2.109.0",
};

const variants = {
  plain: (firewall: Firewall) => firewall.serve({ ...models.supabase, waf: "off" }),
  stock: (firewall: Firewall) => firewall.serve({ ...models.supabase, waf: "block" }, stock),
  ours: (firewall: Firewall) => firewall.serve({ ...models.supabase, waf: "block" }),
} satisfies Record<keyof FirewallRates, (firewall: Firewall) => Promise<void>>;

/** Medians of interleaved runs against one gateway, over the bridge of its network. */
export async function measureWaf(): Promise<FirewallRates> {
  const firewall = await Firewall.start("bench-waf");
  try {
    const rates: Record<keyof FirewallRates, number[]> = { plain: [], stock: [], ours: [] };
    const address = docker([
      ...["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"],
      firewall.gateway.container,
    ]);
    for (let run = 0; run < runs; run += 1) {
      for (const name of Object.keys(variants) as (keyof FirewallRates)[]) {
        await variants[name](firewall);
        // Workers of the variant before end with their connections.
        await sleep(300);
        rates[name].push(await measure(address));
      }
    }
    return { plain: median(rates.plain), stock: median(rates.stock), ours: median(rates.ours) };
  } finally {
    firewall.sandbox.remove();
  }
}

/** A closed loop over kept connections. @throws Error when an answer is none of a service */
async function measure(address: string): Promise<number> {
  const begin = performance.now();
  const until = begin + seconds * 1000;
  const counts = await Promise.all(Array.from({ length: connections }, () => loop(address, until)));
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - begin);
}

const request = Buffer.from(
  `GET ${target} HTTP/1.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`,
);

async function loop(address: string, until: number): Promise<number> {
  let count = 0;
  while (performance.now() < until) count += await connection(address, until);
  return count;
}

/** One connection for as long as the gateway keeps it. @returns its requests */
function connection(address: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let received = "";
    const socket = connect(listen.apiHttp, address, () => socket.write(request));
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (!received.endsWith(reached)) return;
      if (!received.startsWith("HTTP/1.1 200")) reject(new Error(received));
      const kept = /^connection: keep-alive/im.test(received);
      received = "";
      count += 1;
      if (kept && performance.now() < until) socket.write(request);
      else socket.end(() => resolve(count));
    });
  });
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
