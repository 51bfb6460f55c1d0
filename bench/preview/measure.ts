import { performance } from "node:perf_hooks";
import { join } from "node:path";
import { cliBin } from "../../bootstrap/home.mjs";
import { run } from "../../bootstrap/run.js";
import { type Marks, readMarks } from "./clock.js";
import type { Deployed, ProgramName } from "./programs.js";

/** One preview: seconds as an operator waits for it, and where the program was meanwhile. */
export interface Sample {
  readonly seconds: number;
  readonly marks: Marks;
}

export type Samples = Readonly<Record<ProgramName, readonly Sample[]>>;

/**
 * Previews each program in turn, round by round, so that what else the machine does falls on all alike.
 * @param rounds rounds that count; one before them does not
 */
export async function measure(
  programs: readonly Deployed[],
  rounds: number,
  signal: AbortSignal,
  onRound: (round: number) => void,
): Promise<Samples> {
  const samples: Record<ProgramName, Sample[]> = { empty: [], flat: [], platform: [] };
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    for (const program of inTurn(programs, round)) {
      signal.throwIfAborted();
      const sample = await preview(program);
      if (round > 0) samples[program.name].push(sample);
    }
  }
  return samples;
}

/** Every order in its turn: what a preview leaves the machine to do, such as ending its plugins, falls on all alike. */
export function inTurn<T>(items: readonly T[], round: number): T[] {
  const first = round % items.length;
  const turned = [...items.slice(first), ...items.slice(0, first)];
  return round % 2 === 0 ? turned : turned.reverse();
}

async function preview({ name, test }: Deployed): Promise<Sample> {
  const begin = performance.now();
  const { code, stdout, stderr } = await run(
    join(cliBin, "pulumi"),
    ["preview", "--stack", test.name, "--expect-no-changes", "--non-interactive"],
    { cwd: test.folder, environment: test.env },
  );
  const seconds = (performance.now() - begin) / 1000;
  if (code !== 0) {
    throw new Error(
      `the preview of the ${name} program failed (or a file of it was edited meanwhile):\n${stdout}\n${stderr}`,
    );
  }
  return { seconds, marks: readMarks(test.folder) };
}
