import { median, table } from "../preview/report.js";
import type { Turn } from "./arena.js";
import type { Latency } from "./latency.js";
import type { Rate } from "./load.js";

/** Turns by contestant, one of each round. */
export type Series<T> = ReadonlyMap<string, readonly Turn<T>[]>;

const results = <T>(series: Series<T>, name: string): readonly T[] =>
  (series.get(name) ?? []).map(({ result }) => result);

/** How many times the rate of another: the median of all rounds, as the two stood side by side in each of them. */
export function ratio(series: Series<Rate>, name: string, other: string): number {
  const others = results(series, other);
  return median(
    results(series, name).map(({ perSecond }, round) => perSecond / (others[round]?.perSecond ?? NaN)),
  );
}

const whole = (value: number): string => value.toFixed(0);
const spread = (values: readonly number[]): string =>
  `${whole(Math.min(...values))}–${whole(Math.max(...values))}`;

/** Microseconds of processor time that the proxy took for one. */
const cost = (turns: readonly Turn<Rate>[]): number =>
  median(turns.map(({ result, processor }) => (processor / result.count) * 1e6));

/** Percent of the processor time that it might have taken: much less than all says that something else was the limit. */
const busy = (turns: readonly Turn<Rate>[], share: number): number =>
  median(turns.map(({ result, processor }) => (processor * result.perSecond) / result.count / share)) * 100;

/** Proxies that something else than their share of the core held up, so that their rate says little. */
export const heldUp = (series: Series<Rate>, share: number): string[] =>
  [...series].filter(([, turns]) => busy(turns, share) < 85).map(([name]) => name);

const perSecond = (series: Series<Rate>, name: string): number[] =>
  results(series, name).map((one) => one.perSecond);

/** Rates beside that of `base`. */
export function rates(series: Series<Rate>, base: string, share: number): string {
  return table(
    ["", "per second", "lowest–highest", `of ${base}`, "processor µs", "busy"],
    [...series].map(([name, turns]) => [
      name,
      whole(median(perSecond(series, name))),
      spread(perSecond(series, name)),
      ratio(series, name, base).toFixed(2),
      cost(turns).toFixed(1),
      `${whole(busy(turns, share))} %`,
    ]),
  );
}

/** What is gained by leaving a feature out. */
export function ablation(series: Series<Rate>, complete: string, parts: readonly string[]): string {
  const base = cost(series.get(complete) ?? []);
  return table(
    ["without", "per second", "lowest–highest", `of ${complete}`, "processor µs saved"],
    parts.map((name) => [
      name,
      whole(median(perSecond(series, name))),
      spread(perSecond(series, name)),
      ratio(series, name, complete).toFixed(2),
      (base - cost(series.get(name) ?? [])).toFixed(1),
    ]),
  );
}

export function latencies(series: Series<Latency>): string {
  const of = (name: string, key: keyof Latency): number =>
    median(results(series, name).map((one) => one[key]));
  return table(
    ["", "per second", "median ms", "p99 ms", "lowest–highest p99"],
    [...series.keys()].map((name) => {
      const p99 = results(series, name).map((one) => one.p99);
      return [
        name,
        whole(of(name, "rate")),
        of(name, "median").toFixed(1),
        of(name, "p99").toFixed(1),
        `${Math.min(...p99).toFixed(1)}–${Math.max(...p99).toFixed(1)}`,
      ];
    }),
  );
}
