import { panelsOf, variablesOf, type Dashboard, type Panel, type Target } from "../dashboard.js";
import { html, type Html } from "../html.js";
import { seriesName } from "../names.js";
import { interpolate, queryNow, queryRange, scrapeInterval, seconds, type Range } from "../prometheus.js";
import type { Datasource } from "../provisioning.js";
import { layout } from "./layout.js";
import { panelView, type Named } from "./panel.js";

type Find = (uid: string | undefined) => Datasource | undefined;

/** The last hour in sixty steps, the last of which is now. */
const lastHour = (): Range => {
  const end = Math.floor(Date.now() / 1000);
  return { start: end - 3600, end, step: 60 };
};

/** How many panels are asked for at a time. */
const atOnce = 4;

/** A dashboard with its values as they are now, and how they were. */
export async function dashboardPage(
  { basePath, signedIn }: { basePath: string; signedIn: boolean },
  dashboard: Dashboard,
  find: Find,
): Promise<string> {
  const range = lastHour();
  const variables = variablesOf(dashboard);
  const panels = panelsOf(dashboard);
  const views: Html[] = [];
  for (let i = 0; i < panels.length; i += atOnce) {
    const some = panels.slice(i, i + atOnce).map((panel) => view(panel, range, variables, find));
    views.push(...(await Promise.all(some)));
  }
  const refresh = dashboard.refresh === undefined ? 0 : seconds(dashboard.refresh, 0);
  const page = { title: dashboard.title, basePath, signedIn };
  return layout(
    { ...page, ...(refresh > 0 ? { refresh: Math.max(10, refresh) } : {}) },
    html`<p class="muted">The last hour, until ${new Date(range.end * 1000).toISOString()}</p>
      <div class="grid">${views}</div>`,
  );
}

async function view(
  panel: Panel,
  range: Range,
  variables: Record<string, string>,
  find: Find,
): Promise<Html> {
  if (panel.type === "row") return html`<h2 class="w24">${panel.title}</h2>`;
  const shown = panel.targets.filter(({ hide, expr }) => hide !== true && expr !== undefined);
  try {
    const answers = await Promise.all(shown.map((target) => ask(panel, target, range, variables, find)));
    return panelView(panel, answers.flat());
  } catch (error) {
    return panelView(panel, [], error instanceof Error ? error.message : String(error));
  }
}

async function ask(
  panel: Panel,
  { expr = "", legendFormat, instant, datasource }: Target,
  range: Range,
  variables: Record<string, string>,
  find: Find,
): Promise<Named[]> {
  const uid = datasource?.uid ?? panel.datasource?.uid;
  const source = find(uid === undefined ? undefined : interpolate(uid, range, 15, variables));
  if (source?.type !== "prometheus") throw new Error(`no Prometheus data source ${uid ?? "by default"}`);
  const expression = interpolate(expr, range, scrapeInterval(source), variables);
  const answer =
    instant === true
      ? await queryNow(source, expression, range.end)
      : await queryRange(source, expression, range);
  return answer.map((series) => ({ ...series, name: seriesName(series, legendFormat, expression) }));
}
