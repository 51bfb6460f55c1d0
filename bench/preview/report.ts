import type { Sample, Samples } from "./measure.js";
import type { Deployed, ProgramName } from "./programs.js";

export interface Row {
  readonly program: ProgramName;
  readonly resources: number;
  /** Seconds. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median seconds of each part of a preview, in the order in which they pass. */
  readonly parts: Readonly<Record<Part, number>>;
}

/** A preview from its beginning to its end; only the first and the last are the same for every program. */
const parts = {
  node: ({ marks }: Sample) => marks.start,
  load: ({ marks }: Sample) => marks.loaded - marks.start,
  registration: ({ marks }: Sample) => marks.registered - marks.loaded,
  engine: ({ marks }: Sample) => marks.end - marks.registered,
  cli: ({ seconds, marks }: Sample) => seconds - marks.end,
} as const;

type Part = keyof typeof parts;

const partNames = Object.keys(parts) as Part[];

export function rowsOf(programs: readonly Deployed[], samples: Samples): Row[] {
  return programs.map(({ name, resources }) => {
    const own = samples[name];
    const seconds = own.map((sample) => sample.seconds);
    return {
      program: name,
      resources,
      median: median(seconds),
      min: Math.min(...seconds),
      max: Math.max(...seconds),
      parts: Object.fromEntries(
        partNames.map((part) => [part, median(own.map(parts[part]))]),
      ) as Row["parts"],
    };
  });
}

/** How many times the flat program's time the platform's preview takes. */
export function ratioOf(rows: readonly Row[]): number {
  const [flat, platform] = (["flat", "platform"] as const).map(
    (name) => rows.find(({ program }) => program === name)?.median ?? NaN,
  );
  return (platform ?? NaN) / (flat ?? NaN);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function tableOf(rows: readonly Row[]): string {
  const seconds = (value: number): string => value.toFixed(2);
  return [
    "pulumi preview without changes, seconds",
    table(
      ["program", "resources", "median", "min", "max"],
      rows.map((row) => [row.program, String(row.resources), ...[row.median, row.min, row.max].map(seconds)]),
    ),
    "",
    "Where the time goes, medians. A flat program registers while it loads.",
    table(
      ["program", ...partNames],
      rows.map((row) => [row.program, ...partNames.map((part) => seconds(row.parts[part]))]),
    ),
  ].join("\n");
}

/** Columns under their titles; the first one is text. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((line) => line[column]?.length ?? 0)),
  );
  return [head, ...body]
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}
