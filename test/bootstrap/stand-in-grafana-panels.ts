import {
  DashboardBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  MappingType,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Gauge } from "@grafana/grafana-foundation-sdk/gauge";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as Text } from "@grafana/grafana-foundation-sdk/text";
import { PanelBuilder as Timeseries } from "@grafana/grafana-foundation-sdk/timeseries";

const query = (expression: string, legend = "") =>
  new DataqueryBuilder().expr(expression).legendFormat(legend);

const health = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
  { value: null, color: "red" },
  { value: 1, color: "green" },
]);

const words = {
  type: MappingType.ValueToText as const,
  options: { "0": { text: "Down", color: "dark-red" }, "1": { text: "Up" } },
};

/** A dashboard with every kind of panel, as the Foundation SDK writes it. */
export function everyPanel(): string {
  const dashboard = new DashboardBuilder("Every <panel>")
    .uid("every-panel")
    .withRow(new RowBuilder("First row"))
    .withPanel(
      new Stat()
        .title("State")
        .span(6)
        .thresholds(health)
        .mappings([words])
        .withTarget(query("up", "{{job}}")),
    )
    .withPanel(
      new Gauge().title("Share").span(6).unit("percent").min(0).max(200).withTarget(query("vector(50)")),
    )
    .withPanel(
      new Timeseries()
        .title("Samples")
        .span(12)
        .unit("cps")
        .withTarget(query("count_over_time(up[$__rate_interval])", "of {{job}}"))
        .withTarget(query("vector(time() % 600)", "sawtooth")),
    )
    .withRow(
      new RowBuilder("Folded")
        .collapsed(true)
        .withPanel(
          new Table()
            .title("Limits")
            .unit("bytes")
            .span(12)
            .withTarget(query("vector(3 * 1024 * 1024)", "three").instant()),
        ),
    )
    .withPanel(new Stat().title("Wrong").span(6).withTarget(query("sum(")))
    .withPanel(new Text().title("Words").span(6));
  return JSON.stringify(dashboard.build());
}
