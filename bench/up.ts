import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { createTestStack, docker, type TestStack } from "../test/support/stack.js";
import { provideCompose } from "./up/binary.js";
import { processorTime } from "./up/engine.js";
import { ComposeProject } from "./up/stack.js";
import { median } from "./preview/report.js";
import { tell, wholeNumberFrom } from "./options.js";

const program = new Command("npm run bench:up --")
  .description(
    "How long the whole platform takes from nothing to ready, images present: pulumi up against docker compose up --wait " +
      "of the same containers with the same health checks, in turn; and what the idle platform costs. Needs what npm run setup makes.",
  )
  .option("--rounds <number>", "rounds of each; at least 3", wholeNumberFrom(3), 3)
  .option(
    "--idle <seconds>",
    "seconds to watch the idle platform: all its health checks once",
    wholeNumberFrom(1),
    150,
  )
  .option("--json", "print the result as JSON instead of a table", false)
  .parse();

const options = program.opts<{ rounds: number; idle: number; json: boolean }>();

/** Seconds between two health checks in the compose file: what Supabase's own has. */
const composeInterval = 5;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Percent of one core over a while. */
async function idleShare(filter: string): Promise<{ engine: number; containers: number }> {
  const names = docker("ps", "--quiet", "--filter", filter).split("\n");
  // What starts and tries again has come to rest by then.
  await sleep(45_000);
  const before = processorTime(names);
  await sleep(options.idle * 1000);
  const after = processorTime(names);
  const share = (key: "engine" | "containers"): number => ((after[key] - before[key]) / options.idle) * 100;
  return { engine: share("engine"), containers: share("containers") };
}

async function measure(test: TestStack): Promise<string> {
  const own: number[] = [];
  const peer: number[] = [];
  tell("Fetching Compose 2");
  const compose = await provideCompose();
  tell("Bringing the platform up once, for the compose file");
  await test.stack.up();
  const project = await ComposeProject.of(test, compose, composeInterval);
  const silent = await ComposeProject.of(test, compose);
  tell("Watching the idle platform");
  const idle = await idleShare("label=platform.stack=sobertube/slot40");
  await test.stack.destroy();
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      tell(`Round ${String(round)} of ${String(options.rounds)}`);
      own.push(await seconds(() => test.stack.up()));
      await test.stack.destroy();
      peer.push(await seconds(() => project.up()));
      await project.down();
    }
    tell(
      `pulumi up: ${own.map((time) => time.toFixed(1)).join(", ")}; compose: ${peer.map((time) => time.toFixed(1)).join(", ")}`,
    );
    tell("Watching the same containers without health checks");
    await silent.up();
    const bare = await idleShare("label=com.docker.compose.project=bench");
    const checks = idle.engine + idle.containers - bare.engine - bare.containers;
    return report({ own, peer, idle, bare, checks });
  } finally {
    await project.down();
  }
}

interface Result {
  readonly own: readonly number[];
  readonly peer: readonly number[];
  readonly idle: { readonly engine: number; readonly containers: number };
  readonly bare: { readonly engine: number; readonly containers: number };
  /** Percent of one core that the health checks cost. */
  readonly checks: number;
}

function report({ own, peer, idle, bare, checks }: Result): string {
  const ratio = (median(own) / median(peer)).toFixed(2);
  if (options.json)
    return JSON.stringify({ own, peer, upVsCompose: Number(ratio), idle, bare, checks }, null, 2);
  const times = (values: readonly number[]): string =>
    `${median(values).toFixed(1)} s (${values.map((value) => value.toFixed(1)).join(", ")})`;
  const share = (values: Result["idle"]): string =>
    `${values.containers.toFixed(1)} % in containers, ${values.engine.toFixed(1)} % in the engine`;
  return [
    `pulumi up                  ${times(own)}`,
    `docker compose up --wait   ${times(peer)}`,
    `idle, of one core          ${share(idle)}`,
    `idle without health checks ${share(bare)}`,
    `health checks              ${checks.toFixed(1)} % of one core`,
    "",
    `RESULT up_vs_compose=${ratio}`,
  ].join("\n");
}

async function main(): Promise<void> {
  const test = await createTestStack({
    slot: 40,
    config: {
      exposure: "services",
      gateway: { http: "serve", csp: "relaxed", cors: { origins: ["*"] } },
    },
  });
  try {
    console.log(await measure(test));
  } finally {
    tell("Removing everything again");
    await test.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
