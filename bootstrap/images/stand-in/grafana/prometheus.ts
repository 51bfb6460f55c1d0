import type { Datasource } from "./provisioning.js";

/** A span of time in seconds, and the distance of the points in it. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One series with its points, as milliseconds and values. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [time: number, value: number | null])[];
}

type Sample = [seconds: number, value: string];
type Data =
  | { resultType: "matrix"; result: { metric: Record<string, string>; values: Sample[] }[] }
  | { resultType: "vector"; result: { metric: Record<string, string>; value: Sample }[] }
  | { resultType: "scalar" | "string"; result: Sample };

/** A question that Prometheus did not answer. */
export class QueryError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const patience = 15_000;

/** The address of a data source, and what it has to be asked with. */
export function target(source: Datasource, path: string): { url: string; headers: Record<string, string> } {
  const { url = "", basicAuth, basicAuthUser, secureJsonData } = source;
  const credentials = `${basicAuthUser}:${secureJsonData["basicAuthPassword"] ?? ""}`;
  return {
    url: `${url.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`,
    headers: basicAuth ? { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } : {},
  };
}

export async function queryRange(
  source: Datasource,
  query: string,
  { start, end, step }: Range,
): Promise<Series[]> {
  const parameters = { query, start: String(start), end: String(end), step: String(step) };
  return series(await ask(source, "api/v1/query_range", parameters));
}

export async function queryNow(source: Datasource, query: string, time: number): Promise<Series[]> {
  return series(await ask(source, "api/v1/query", { query, time: String(time) }));
}

async function ask(source: Datasource, path: string, parameters: Record<string, string>): Promise<Data> {
  const { url, headers } = target(source, path);
  const method = source.jsonData["httpMethod"] === "GET" ? "GET" : "POST";
  const query = new URLSearchParams(parameters);
  const signal = AbortSignal.timeout(patience);
  const response = await (
    method === "GET"
      ? fetch(`${url}?${query.toString()}`, { headers, signal })
      : fetch(url, { method, headers, signal, body: query })
  ).catch((error: Error) => {
    const { cause } = error;
    throw new QueryError(
      `${source.name} does not answer: ${cause instanceof Error ? cause.message : error.message}`,
      502,
    );
  });
  const answer = (await response.json().catch(() => ({}))) as {
    status?: string;
    data?: Data;
    error?: string;
  };
  if (answer.status === "success" && answer.data !== undefined) return answer.data;
  throw new QueryError(
    answer.error ?? `${source.name} answered ${response.status}`,
    response.ok ? 502 : response.status,
  );
}

function series(data: Data): Series[] {
  if (data.resultType === "matrix")
    return data.result.map(({ metric, values }) => ({ labels: metric, points: values.map(point) }));
  if (data.resultType === "vector")
    return data.result.map(({ metric, value }) => ({ labels: metric, points: [point(value)] }));
  return [{ labels: {}, points: [point(data.result)] }];
}

/** Infinities and what is no number have no place in JSON, nor on a chart. */
function point([seconds, text]: Sample): readonly [number, number | null] {
  const value = Number(text);
  return [Math.round(seconds * 1000), Number.isFinite(value) ? value : null];
}

/** Fills in what Grafana calls global variables, and the dashboard's own. */
export function interpolate(
  expression: string,
  { step, start, end }: Range,
  scrapeInterval: number,
  variables: Readonly<Record<string, string>> = {},
): string {
  const values: Record<string, string> = {
    ...variables,
    __rate_interval: `${Math.max(step + scrapeInterval, 4 * scrapeInterval)}s`,
    __interval: `${step}s`,
    __interval_ms: String(step * 1000),
    __range: `${end - start}s`,
    __range_s: String(end - start),
  };
  return expression.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    return values[braced ?? bare ?? ""] ?? whole;
  });
}

/** Seconds of a text like `15s`. */
export function seconds(text: unknown, fallback: number): number {
  const [, number, unit = "s"] = /^(\d+)(ms|s|m|h|d)$/.exec(String(text)) ?? [];
  const factors: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  return number === undefined ? fallback : Number(number) * (factors[unit] ?? 1);
}

export const scrapeInterval = (source: Datasource): number => seconds(source.jsonData["timeInterval"], 15);
