import { appearance } from "../appearance.js";
import type { Defaults, Panel } from "../dashboard.js";
import { html, type Html } from "../html.js";
import type { Series } from "../prometheus.js";
import { chart, gauge } from "./chart.js";

/** A series with the name that a reader sees. */
export interface Named extends Series {
  readonly name: string;
}

/** As many series as fit a panel. */
const most = 12;

const last = ({ points }: Series): number | null => points.at(-1)?.[1] ?? null;

/** One panel of a dashboard. @param problem - why there are no series */
export function panelView(panel: Panel, series: readonly Named[], problem?: string): Html {
  const width = Math.min(24, Math.max(1, panel.gridPos?.w ?? 12));
  const config = panel.fieldConfig?.defaults ?? {};
  return html`<section class="card panel w${width} is-${panel.type}">
<h3${panel.description === undefined ? html`` : html` title="${panel.description}"`}>${panel.title}</h3>
${problem === undefined ? content(panel.type, series, config) : html`<p class="problem">${problem}</p>`}
</section>
`;
}

function content(type: string, series: readonly Named[], config: Defaults): Html {
  if (!(type in views))
    return html`<p class="muted">A panel of the type ${type} is not drawn by this stand-in.</p>`;
  if (series.length === 0) return html`<p class="muted none">No data</p>`;
  const hidden = series.length - most;
  const rest = hidden > 0 ? html`<p class="muted">and ${hidden} more</p>` : html``;
  return html`${views[type as keyof typeof views](series.slice(0, most), config)}${rest}`;
}

const views = {
  timeseries: (series: readonly Named[], config: Defaults): Html =>
    html`${chart(series, config)}
      <table>
        ${series.map((one, i) => row(one, config, `line${i % 8}`))}
      </table>`,
  stat: (series: readonly Named[], config: Defaults): Html =>
    html`<div class="stats">
      ${series.map((one) => {
        const { text, tone } = appearance(last(one), config);
        return html`<div class="stat ${tone}">
          <strong>${text}</strong>${label(one, series)}${chart([one], config)}
        </div>`;
      })}
    </div>`,
  gauge: (series: readonly Named[], config: Defaults): Html =>
    html`<div class="stats">
      ${series.map((one) => {
        const { text, tone } = appearance(last(one), config);
        return html`<div class="stat ${tone}">
          ${gauge(last(one), config)}<strong>${text}</strong>${label(one, series)}
        </div>`;
      })}
    </div>`,
  table: (series: readonly Named[], config: Defaults): Html =>
    html`<table>
      ${series.map((one) => row(one, config, ""))}
    </table>`,
};

/** One series alone needs no name. */
const label = (one: Named, all: readonly Named[]): Html =>
  all.length > 1 ? html`<span class="muted">${one.name}</span>` : html``;

function row(one: Named, config: Defaults, key: string): Html {
  const { text, tone } = appearance(last(one), config);
  const mark = key === "" ? html`` : html`<i class="key ${key}"></i> `;
  return html`<tr>
    <th scope="row">${mark}${one.name}</th>
    <td class="${tone}">${text}</td>
  </tr>`;
}
