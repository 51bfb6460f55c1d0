import { Command } from "commander";
import { makeCertificates } from "../test/contract/gateway.js";
import { stock } from "../test/gateway/waf/firewall.js";
import { Arena, type Load, type Proxy, type Turn } from "./gateway/arena.js";
import { features } from "./gateway/features.js";
import { provideImage } from "./gateway/image.js";
import { latency } from "./gateway/latency.js";
import { handshakes, requests } from "./gateway/load.js";
import { peers } from "./gateway/peers.js";
import { gatewayFiles, nginxCommand, requestHeaders, url } from "./gateway/production.js";
import { ablation, heldUp, latencies, rates, ratio, type Series } from "./gateway/report.js";
import { inTurn } from "./preview/measure.js";
import { median } from "./preview/report.js";
import { tell, wholeNumberFrom } from "./options.js";

const program = new Command("npm run bench:gateway --")
  .description(
    "How fast the gateway is in production's configuration, its WAF off and on, beside bare nginx, HAProxy and Caddy: " +
      "the same certificate, cores and network, one thread each, in turn. The limits are counted and set so high that " +
      "they refuse no request of the bench. Needs two cores, and what npm run setup makes.",
  )
  .option(
    "--rounds <number>",
    "rounds that count, after one that does not; at least 5",
    wholeNumberFrom(5),
    5,
  )
  .option("--seconds <number>", "how long each turn of a proxy is", wholeNumberFrom(1), 3)
  .parse();

const options = program.opts<{ rounds: number; seconds: number }>();

/** Shares of its core that a proxy may take, so small that the client always has more than it can answer. */
const shares = { requests: 0.5, handshakes: 0.2 } as const;

const gateway = "gateway";

/** The gateway again, with the Core Rule Set blocking: as it is delivered, and with every request before the rules. */
const firewall = { ours: "gateway, WAF on", stock: "gateway, stock WAF" } as const;

/** Puts the same load on all, round by round in another order, so that what else the machine does falls on all alike. */
async function inRounds<T>(
  arena: Arena,
  what: string,
  proxies: readonly Proxy[],
  share: number,
  load: Load<T>,
): Promise<Series<T>> {
  const series = new Map<string, Turn<T>[]>(proxies.map(({ name }) => [name, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    tell(`${what}: ${round === 0 ? "warming up" : `round ${String(round)} of ${String(options.rounds)}`}`);
    for (const proxy of inTurn(proxies, round)) {
      const turn = await arena.turn(proxy, share, load);
      if (round > 0) series.get(proxy.name)?.push(turn);
    }
  }
  return series;
}

const part = <T>(series: Series<T>, names: readonly string[]): Series<T> =>
  new Map([...series].filter(([name]) => names.includes(name)));

/** @returns what to print */
async function measure(arena: Arena): Promise<string> {
  const certificates = makeCertificates();
  const leaf = certificates.leaves.api;
  if (leaf === undefined) throw new Error("there is no certificate for the API");
  const add = (name: string, files = gatewayFiles(certificates)): Promise<Proxy> =>
    arena.add({ name, files, command: nginxCommand }, url, requestHeaders);
  tell("Starting the proxies");
  const rivals: Proxy[] = [await add(gateway)];
  for (const peer of peers(leaf)) rivals.push(await arena.add(peer, url, requestHeaders));
  const firewalled = gatewayFiles(certificates, { waf: "block" });
  const guarded = [await add(firewall.ours, firewalled), await add(firewall.stock, stock(firewalled))];
  const reduced: Proxy[] = [];
  for (const feature of features)
    reduced.push(await add(feature.name, gatewayFiles(certificates, {}, feature)));

  const [bare = "", haproxy = "", caddy = ""] = peers(leaf).map(({ name }) => name);
  const perTurn = options.seconds;
  const load = requests(url, requestHeaders, perTurn);
  const all = await inRounds(arena, "Requests", [...rivals, ...guarded, ...reduced], shares.requests, load);
  const names = [...rivals, ...guarded].map(({ name }) => name);
  const plain = part(all, names);
  // Half a core's peak is half the peak of a whole one.
  const half = median((plain.get(bare) ?? []).map(({ result }) => result.perSecond));
  const full = await inRounds(
    arena,
    "Full handshakes",
    rivals,
    shares.handshakes,
    handshakes(url, requestHeaders, perTurn),
  );
  const constant = latency(url, requestHeaders, half, perTurn);
  const times = await inRounds(arena, "Constant rate", rivals, 1, constant);

  const doubtful = [...heldUp(plain, shares.requests), ...heldUp(full, shares.handshakes)];
  if (doubtful.length > 0)
    tell(
      `Something else kept the machine busy; do not trust the rates of ${[...new Set(doubtful)].join(", ")}`,
    );

  return [
    `Requests on kept TLS connections; each proxy has ${String(shares.requests * 100)} % of a core`,
    rates(plain, bare, shares.requests),
    "",
    "The gateway without one of its features",
    ablation(
      all,
      gateway,
      features.map(({ name }) => name),
    ),
    "",
    `Full handshakes with one request each; each proxy has ${String(shares.handshakes * 100)} % of a core`,
    rates(full, bare, shares.handshakes),
    "",
    `${half.toFixed(0)} requests a second, half of ${bare}'s peak, at a constant rate; each proxy has a whole core`,
    latencies(times),
    "",
    `RESULT ${[
      `vs_nginx=${ratio(plain, gateway, bare).toFixed(2)}`,
      `vs_haproxy=${ratio(plain, gateway, haproxy).toFixed(2)}`,
      `vs_caddy=${ratio(plain, gateway, caddy).toFixed(2)}`,
      `handshakes_vs_nginx=${ratio(full, gateway, bare).toFixed(2)}`,
      `waf_vs_stock=${ratio(plain, firewall.ours, firewall.stock).toFixed(2)}`,
    ].join(" ")}`,
  ].join("\n");
}

async function main(): Promise<void> {
  tell("Making the proxies' image where it is missing");
  const arena = await Arena.open("bench", await provideImage(tell));
  try {
    console.log(await measure(arena));
  } finally {
    tell("Removing everything again");
    arena.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
