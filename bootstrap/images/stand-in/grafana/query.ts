import { z } from "zod";
import {
  interpolate,
  queryNow,
  queryRange,
  QueryError,
  scrapeInterval,
  type Range,
  type Series,
} from "./prometheus.js";
import type { Datasource } from "./provisioning.js";
import { seriesName } from "./names.js";

const model = z.looseObject({
  from: z.string().default("now-1h"),
  to: z.string().default("now"),
  queries: z
    .array(
      z.looseObject({
        refId: z.string().default("A"),
        datasource: z.looseObject({ uid: z.string().optional() }).optional(),
        expr: z.string(),
        legendFormat: z.string().optional(),
        instant: z.boolean().default(false),
        range: z.boolean().optional(),
        intervalMs: z.number().positive().default(1000),
        maxDataPoints: z.number().positive().default(100),
      }),
    )
    .min(1),
});

type Query = z.infer<typeof model>["queries"][number];
type Find = (uid: string | undefined) => Datasource | undefined;

/** Answers `POST /api/ds/query`. */
export async function answerQueries(body: unknown, find: Find): Promise<{ status: number; body: unknown }> {
  const asked = model.safeParse(body);
  if (!asked.success) return { status: 400, body: { message: z.prettifyError(asked.error) } };
  const span = { start: moment(asked.data.from), end: moment(asked.data.to) };
  if (!Number.isFinite(span.start) || !Number.isFinite(span.end))
    return { status: 400, body: { message: "from and to are no times" } };
  const results = await Promise.all(
    asked.data.queries.map((query) => one(query, span, find(query.datasource?.uid))),
  );
  const failed = results.some(([, { status }]) => status !== 200);
  return { status: failed ? 400 : 200, body: { results: Object.fromEntries(results) } };
}

/** Seconds of a text like `now-1h` or of milliseconds. */
export function moment(text: string, now = Date.now() / 1000): number {
  const [, sign, count, unit = ""] = /^now(?:([-+])(\d+)([smhdw]))?$/.exec(text) ?? [];
  if (text === "now") return now;
  const factors: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  if (count !== undefined) return now + (sign === "-" ? -1 : 1) * Number(count) * (factors[unit] ?? 0);
  return /^\d+$/.test(text) ? Number(text) / 1000 : NaN;
}

async function one(
  query: Query,
  { start, end }: { start: number; end: number },
  source: Datasource | undefined,
): Promise<[string, { status: number; frames?: unknown[]; error?: string; errorSource?: string }]> {
  const { refId, expr, instant } = query;
  if (source?.type !== "prometheus")
    return [refId, { status: 404, error: "no such data source that this stand-in can query" }];
  const fitting = (end - start) / query.maxDataPoints;
  const step = Math.ceil(Math.max(fitting, query.intervalMs / 1000, scrapeInterval(source)));
  const range: Range = { start: Math.floor(start / step) * step, end: Math.floor(end / step) * step, step };
  const expression = interpolate(expr, range, scrapeInterval(source));
  try {
    const series = instant
      ? await queryNow(source, expression, end)
      : await queryRange(source, expression, range);
    return [refId, { status: 200, frames: series.map((one) => frame(one, query, expression, step)) }];
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return [refId, { status: error.status, error: error.message, errorSource: "downstream" }];
  }
}

/** A series as Grafana's data frame. */
function frame(series: Series, query: Query, expression: string, step: number) {
  const { refId, instant, legendFormat } = query;
  const name = seriesName(series, legendFormat, expression);
  return {
    schema: {
      refId,
      ...(instant ? {} : { name }),
      meta: {
        type: instant ? "numeric-multi" : "timeseries-multi",
        typeVersion: [0, 1],
        custom: { resultType: instant ? "vector" : "matrix" },
        executedQueryString: `Expr: ${expression}\nStep: ${step}s`,
      },
      fields: [
        { name: "Time", type: "time", typeInfo: { frame: "time.Time" }, config: { interval: step * 1000 } },
        {
          ...{ name: series.labels["__name__"] ?? "Value", type: "number", typeInfo: { frame: "float64" } },
          ...{ labels: series.labels, config: { displayNameFromDS: name } },
        },
      ],
    },
    data: { values: [series.points.map(([time]) => time), series.points.map(([, value]) => value)] },
  };
}
