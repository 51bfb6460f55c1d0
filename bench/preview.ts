import { Command } from "commander";
import type { TestStack } from "../test/support/stack.js";
import { measure } from "./preview/measure.js";
import { deployPrograms } from "./preview/programs.js";
import { ratioOf, rowsOf, tableOf } from "./preview/report.js";
import { tell, wholeNumberFrom } from "./options.js";

const program = new Command("npm run bench:preview --")
  .description(
    "How long a preview without changes takes on the real engine: of an empty program, of a flat one with the " +
      "platform's own resources and no components, and of the platform. All three are deployed first and removed " +
      "at the end. Needs what npm run setup makes.",
  )
  .option(
    "--rounds <number>",
    "rounds that count, after one that does not; at least 7",
    wholeNumberFrom(7),
    7,
  )
  .option("--json", "print the result as JSON instead of tables", false)
  .parse();

const options = program.opts<{ rounds: number; json: boolean }>();

/** @returns what to print */
async function main(signal: AbortSignal): Promise<string> {
  const stacks: TestStack[] = [];
  try {
    tell("Deploying the three programs");
    const programs = await deployPrograms(signal, (test) => stacks.push(test));
    const samples = await measure(programs, options.rounds, signal, (round) =>
      tell(round === 0 ? "Warming up" : `Round ${String(round)} of ${String(options.rounds)}`),
    );
    const rows = rowsOf(programs, samples);
    const ratio = ratioOf(rows).toFixed(2);
    return options.json
      ? JSON.stringify({ rounds: options.rounds, previewVsFlat: Number(ratio), programs: rows }, null, 2)
      : `${tableOf(rows)}\n\nRESULT preview_vs_flat=${ratio}`;
  } finally {
    tell("Removing everything again");
    // In turn, because two of the stacks share a label.
    for (const test of stacks.reverse()) await test.remove();
  }
}

const interrupt = new AbortController();
// The step under way ends first, as Pulumi gets a Ctrl-C too; a second signal must not leave containers behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupt.abort(new Error("interrupted")));
}

main(interrupt.signal).then(console.log, (error: unknown) => {
  const { aborted } = interrupt.signal;
  console.error(aborted ? "Interrupted; nothing is left" : error instanceof Error ? error.message : error);
  process.exitCode = aborted ? 130 : 1;
});
