import type { Defaults } from "../dashboard.js";
import { html, type Html } from "../html.js";
import type { Series } from "../prometheus.js";

const size = { width: 240, height: 48 };

const hour = 60 * 60 * 1000;

/** Lines over the last hour, with nothing around them. */
export function chart(series: readonly Series[], { min, max }: Defaults): Html {
  const values = series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const times = series.flatMap(({ points }) => points.map(([time]) => time));
  if (new Set(times).size < 2 || values.length === 0) return html``;
  const to = Math.max(...times);
  const from = Math.min(...times, to - hour);
  const [low, high] = [min ?? Math.min(0, ...values), max ?? Math.max(...values)];
  const x = (time: number) => round(((time - from) / (to - from)) * size.width);
  // A line of zeroes lies on the ground.
  const y = (value: number) =>
    round(size.height - 2 - ((value - low) / (high - low || 1)) * (size.height - 4));
  const lines = series.map(({ points }, i) => {
    const path = runs(points).map((run) => run.map(([time, value]) => `${x(time)},${y(value)}`).join(" "));
    return html`${path.map((one) => html`<polyline class="line${i % 8}" points="${one}" />`)}`;
  });
  return html`<svg
    class="chart"
    viewBox="0 0 ${size.width} ${size.height}"
    preserveAspectRatio="none"
    role="img"
    aria-label="the last hour"
  >
    ${lines}
  </svg>`;
}

/** Half a circle that is filled as far as the value reaches. */
export function gauge(value: number | null, { min, max, unit }: Defaults): Html {
  const [low, high] = [min ?? 0, max ?? (unit === "percentunit" ? 1 : 100)];
  const share = value === null ? 0 : Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
  const end = Math.PI * (1 - share);
  const tip = `${round(50 + 40 * Math.cos(end))} ${round(50 - 40 * Math.sin(end))}`;
  return html`<svg
    class="gauge"
    viewBox="0 0 100 54"
    role="img"
    aria-label="${Math.round(share * 100)} percent of its range"
  >
    <path class="track" d="M10 50 A40 40 0 0 1 90 50" />
    <path class="value" d="M10 50 A40 40 0 0 1 ${tip}" />
  </svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Points without a gap between them. */
function runs(points: Series["points"]): [time: number, value: number][][] {
  const found: [number, number][][] = [[]];
  for (const [time, value] of points) {
    if (value === null) found.push([]);
    else found.at(-1)?.push([time, value]);
  }
  return found.filter((run) => run.length > 0);
}
