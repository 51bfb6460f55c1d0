// From a query string to what it asks for; no SQL here.
import { RestError } from "./errors.js";

export interface SelectItem {
  readonly column: string;
  /** @default - the column's own name */
  readonly alias?: string;
}

export interface Filter {
  readonly column: string;
  readonly negated: boolean;
  readonly operator: Operator;
  readonly value: string;
}

export interface Order {
  readonly column: string;
  readonly descending: boolean;
  /** @default - PostgreSQL's own order */
  readonly nulls?: "first" | "last";
}

export interface Query {
  /** Empty means every column. */
  readonly select: readonly SelectItem[];
  readonly filters: readonly Filter[];
  readonly order: readonly Order[];
  readonly limit?: number;
  readonly offset: number;
  readonly onConflict: readonly string[];
}

const operators = ["eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "is", "in"] as const;
export type Operator = (typeof operators)[number];

const reserved = new Set(["select", "order", "limit", "offset", "on_conflict", "columns"]);
const name = /^[^\s"(),:.>-][^"(),:.>]*$/;

/** Reads a query string; a Range header counts where no limit is given. */
export function parseQuery(parameters: URLSearchParams, range?: string): Query {
  const [first, last] = /^(\d+)-(\d*)$/.exec(range ?? "")?.slice(1) ?? [];
  const limit =
    count(parameters, "limit") ?? (last ? Math.max(Number(last) - Number(first) + 1, 0) : undefined);
  return {
    select: list(parameters.get("select"))
      .filter((item) => item !== "*")
      .map(selectItem),
    filters: [...parameters].filter(([key]) => !reserved.has(key)).map(([key, value]) => filter(key, value)),
    order: list(parameters.get("order")).map(order),
    limit,
    offset: count(parameters, "offset") ?? Number(first ?? 0),
    onConflict: list(parameters.get("on_conflict")).map(column),
  };
}

function count(parameters: URLSearchParams, key: "limit" | "offset"): number | undefined {
  const value = parameters.get(key);
  if (value === null) return undefined;
  if (!/^\d+$/.test(value)) throw unreadable(key, value);
  return Number(value);
}

function selectItem(text: string): SelectItem {
  const [first = "", second, ...rest] = text.split(":");
  if (rest.length > 0) throw unreadable("select", text);
  return second === undefined ? { column: column(first) } : { column: column(second), alias: column(first) };
}

function filter(key: string, value: string): Filter {
  const negated = value.startsWith("not.");
  const [operator = "", ...rest] = value.slice(negated ? 4 : 0).split(".");
  const known = operators.find((candidate) => candidate === operator);
  if (known === undefined || rest.length === 0 || key === "or" || key === "and") throw unreadable(key, value);
  return { column: column(key), negated, operator: known, value: rest.join(".") };
}

function order(text: string): Order {
  const [columnName = "", ...words] = text.split(".");
  const nulls = words.includes("nullsfirst") ? "first" : words.includes("nullslast") ? "last" : undefined;
  if (words.some((word) => !["asc", "desc", "nullsfirst", "nullslast"].includes(word)))
    throw unreadable("order", text);
  return { column: column(columnName), descending: words.includes("desc"), nulls };
}

function column(text: string): string {
  if (!name.test(text)) throw unreadable("column", text);
  return text;
}

function list(text: string | null): string[] {
  return text === null || text === "" ? [] : text.split(",").map((item) => item.trim());
}

/** The items of `in.(a,"b,c")`. */
export function parseItems(value: string): string[] {
  const inner = /^\((.*)\)$/s.exec(value)?.[1];
  if (inner === undefined) throw unreadable("in", value);
  if (inner === "") return [];
  return [...inner.matchAll(/(?:"((?:[^"\\]|\\.)*)"|([^,]*))(?:,|$)/gs)]
    .slice(0, inner.endsWith(",") ? undefined : -1)
    .map((match) => match[1]?.replace(/\\(.)/g, "$1") ?? match[2] ?? "");
}

function unreadable(what: string, text: string): RestError {
  return new RestError(400, "PGRST100", `"failed to parse ${what} (${text})"`, "not known to this stand-in");
}
