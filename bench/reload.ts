import { Command } from "commander";
import { Sandbox } from "../test/support/containers.js";
import { drill, type Losses } from "../test/support/load/drill.js";
import { ChangingGateway } from "../test/support/load/gateway.js";
import type { Tally } from "../test/support/load/target.js";
import { table } from "./preview/report.js";
import { tell, wholeNumberFrom } from "./options.js";

const program = new Command("npm run bench:reload --")
  .description(
    "What a gateway under load loses when its configuration and its certificates change: GET and POST on reused " +
      "HTTP/1.1 connections and on HTTP/2, without any retry but of what HTTP/2 says was not processed, a long upload " +
      "and open WebSockets. Needs what npm run setup makes.",
  )
  .option("--changes <number>", "changes, one after the other", wholeNumberFrom(1), 20)
  .option("--sockets <number>", "WebSockets that are open all the time", wholeNumberFrom(1), 50)
  .parse();

const options = program.opts<{ changes: number; sockets: number }>();

/** The most frequent reasons first. */
function reasons(lost: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of lost) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([reason, times]) => `${String(times)}× ${reason}`)
    .join(", ");
}

function report({ http1, http2, sockets, upload }: Losses): string {
  const line = (name: string, { sent, lost }: Tally): string[] => [
    name,
    String(sent),
    String(lost.length),
    reasons(lost),
  ];
  const lost = (method: "GET" | "POST"): number => http1[method].lost.length + http2[method].lost.length;
  // The upload is a POST as well.
  const lostUpload = typeof upload === "string" ? 1 : 0;
  return [
    table(
      ["", "sent", "lost", "why"],
      [
        line("GET, HTTP/1.1", http1.GET),
        line("POST, HTTP/1.1", http1.POST),
        line("GET, HTTP/2", http2.GET),
        line("POST, HTTP/2", http2.POST),
        ["upload", "1", String(lostUpload), typeof upload === "string" ? upload : ""],
        ["WebSockets", String(sockets.opened), String(sockets.cut.length), reasons(sockets.cut)],
      ],
    ),
    "",
    `${String(options.changes)} changes, ${String(sockets.echoes)} messages on WebSockets`,
    "",
    `RESULT lost_get=${String(lost("GET"))} lost_post=${String(lost("POST") + lostUpload)} cut_ws=${String(sockets.cut.length)}`,
  ].join("\n");
}

async function main(): Promise<void> {
  const sandbox = new Sandbox("reload");
  try {
    tell("Starting the gateway and its services");
    const gateway = await ChangingGateway.start(sandbox);
    const changes = Array.from({ length: options.changes }, (_, index) => async () => {
      tell(`Change ${String(index + 1)} of ${String(options.changes)}`);
      await gateway.change();
    });
    const losses = await drill({
      target: gateway.target,
      changes,
      interval: 0.5,
      upload: 30,
      sockets: options.sockets,
    });
    console.log(report(losses));
  } finally {
    tell("Removing everything again");
    sandbox.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
