import { DashboardBuilder, RowBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Panel, type Row, rows } from "./panels.js";
import { dataSourceUid } from "./provisioning.js";

const datasource = { type: "prometheus", uid: dataSourceUid };

/** The platform's overview as Grafana's JSON. */
export function overviewDashboard(): string {
  const dashboard = new DashboardBuilder("Platform overview")
    .uid("platform-overview")
    .tags(["platform"])
    .refresh("30s")
    .time({ from: "now-1h", to: "now" })
    .timezone("browser")
    .readonly();
  for (const row of rows) addRow(dashboard, row);
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`;
}

function addRow(dashboard: DashboardBuilder, { title, panels }: Row): void {
  dashboard.withRow(new RowBuilder(title));
  const span = Math.floor(24 / panels.length);
  for (const panel of panels) dashboard.withPanel(build(panel).span(span));
}

function build({ title, kind, unit, queries }: Panel): StatBuilder | TimeseriesBuilder {
  const builder = kind === "stat" ? new StatBuilder() : new TimeseriesBuilder();
  builder
    .title(title)
    .unit(unit)
    .height(kind === "stat" ? 4 : 7)
    .datasource(datasource);
  for (const { expression, legend } of queries) {
    builder.withTarget(new DataqueryBuilder().expr(expression).legendFormat(legend).datasource(datasource));
  }
  return builder;
}
