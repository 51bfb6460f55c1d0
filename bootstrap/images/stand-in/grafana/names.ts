import type { Series } from "./prometheus.js";

/** What a series is called: by its legend's pattern, or else as PromQL writes it. */
export function seriesName({ labels }: Series, legend: string | undefined, expression: string): string {
  if (legend !== undefined && legend !== "" && legend !== "__auto")
    return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? "");
  const { __name__: name = "", ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  if (pairs.length === 0) return name === "" ? expression : name;
  return `${name}{${pairs.join(", ")}}`;
}
