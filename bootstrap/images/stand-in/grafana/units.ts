interface Scale {
  readonly base: number;
  readonly units: readonly string[];
}

const si = (suffix: string): Scale => ({
  base: 1000,
  units: ["", "k", "M", "G", "T", "P"].map((prefix) => ` ${prefix}${suffix}`),
});
const iec = (suffix: string): Scale => ({
  base: 1024,
  units: ["", "Ki", "Mi", "Gi", "Ti", "Pi"].map((prefix) => ` ${prefix}${suffix}`),
});
const short: Scale = { base: 1000, units: ["", " K", " Mil", " Bil", " Tri", " Quadr"] };
const each = (suffix: string): Scale => ({
  base: 1000,
  units: ["", "K", "M", "B", "T"].map((prefix) => `${prefix} ${suffix}`.replace(/^ /, " ")),
});

/** Units by the names that dashboards have for them. */
const scales: Readonly<Record<string, Scale>> = {
  ...{ none: { base: Infinity, units: [""] }, short },
  ...{ bytes: iec("B"), decbytes: si("B"), kbytes: iec("B"), bits: iec("b"), decbits: si("b") },
  ...{ Bps: si("B/s"), binBps: iec("B/s"), bps: si("b/s"), binbps: iec("b/s") },
  ...{
    reqps: each("req/s"),
    rps: each("reads/s"),
    wps: each("writes/s"),
    ops: each("ops/s"),
    cps: each("c/s"),
  },
  ...{ iops: each("io/s"), eps: each("evt/s"), mps: each("msg/s"), opm: each("ops/m"), rpm: each("rpm") },
  ...{ hertz: si("Hz"), celsius: { base: Infinity, units: [" °C"] }, volt: si("V"), watt: si("W") },
};

/** Steps between units of time, from nanoseconds on. */
const times = [
  ["ns", 1000],
  ["µs", 1000],
  ["ms", 1000],
  ["s", 60],
  ["min", 60],
  ["hour", 24],
  ["day", 7],
  ["week", Infinity],
] as const;
const timeUnits: Readonly<Record<string, number>> = {
  ns: 0,
  µs: 1,
  ms: 2,
  s: 3,
  m: 4,
  h: 5,
  d: 6,
  dtdurations: 3,
};

/** A value as a panel shows it. */
export function format(value: number | null | undefined, unit = "short", decimals?: number | null): string {
  if (value === null || value === undefined) return "No data";
  if (unit === "percent") return `${digits(value, decimals)}%`;
  if (unit === "percentunit") return `${digits(value * 100, decimals)}%`;
  const level = timeUnits[unit];
  if (level !== undefined) return duration(value, level, decimals);
  const scale = scales[unit];
  if (scale === undefined) return `${digits(value, decimals)} ${unit.replace(/^(suffix|prefix):/, "")}`;
  const start = unit === "kbytes" ? value * 1024 : value;
  const power = Math.abs(start) < 1 ? 0 : Math.floor(Math.log(Math.abs(start)) / Math.log(scale.base) + 1e-9);
  const index = Number.isFinite(scale.base) ? Math.min(power, scale.units.length - 1) : 0;
  return `${digits(index === 0 ? start : start / scale.base ** index, decimals)}${scale.units[index] ?? ""}`;
}

function duration(value: number, from: number, decimals?: number | null): string {
  let [rest, level] = [value, from];
  for (; level > 0 && Math.abs(rest) < 1 && rest !== 0; level--) rest *= times[level - 1]?.[1] ?? 1;
  for (; Math.abs(rest) >= (times[level]?.[1] ?? Infinity); level++) rest /= times[level]?.[1] ?? 1;
  const name = times[level]?.[0] ?? "";
  return `${digits(rest, decimals)} ${name}${name.length > 3 && Math.abs(rest) !== 1 ? "s" : ""}`;
}

/** As many decimals as are asked for, or three digits that count. */
function digits(value: number, decimals?: number | null): string {
  if (decimals !== undefined && decimals !== null) return value.toFixed(decimals);
  const whole = Math.floor(Math.abs(value)).toString().length;
  return String(Number(value.toFixed(Math.abs(value) < 1 ? 3 : Math.max(0, 3 - whole))));
}
