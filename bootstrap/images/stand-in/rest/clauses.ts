// The clauses of a statement about a row source named `_t`; values are added to the statement's parameters.
import { RestError } from "./errors.js";
import { parseItems, type Filter, type Order, type Query, type SelectItem } from "./query.js";

export const quote = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;

export function selectList(items: readonly SelectItem[]): string {
  if (items.length === 0) return "_t.*";
  return items
    .map(({ column, alias }) => `_t.${quote(column)}${alias === undefined ? "" : ` as ${quote(alias)}`}`)
    .join(", ");
}

export function whereClause(filters: readonly Filter[], values: unknown[]): string {
  if (filters.length === 0) return "";
  return ` where ${filters.map((filter) => condition(filter, values)).join(" and ")}`;
}

const comparisons = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "like",
  ilike: "ilike",
};

function condition({ column, negated, operator, value }: Filter, values: unknown[]): string {
  const parameter = (given: unknown) => `$${values.push(given)}`;
  const left = `_t.${quote(column)}`;
  const positive = () => {
    if (operator === "is") return `${left} is ${isOperand(value)}`;
    if (operator === "in") return `${left} = any(${parameter(parseItems(value))})`;
    const pattern = operator === "like" || operator === "ilike" ? value.replaceAll("*", "%") : value;
    return `${left} ${comparisons[operator]} ${parameter(pattern)}`;
  };
  return negated ? `not (${positive()})` : positive();
}

function isOperand(value: string): string {
  const word = value.toLowerCase().replace("_", " ");
  if (["null", "not null", "true", "false", "unknown"].includes(word)) return word;
  throw new RestError(400, "PGRST100", `"failed to parse filter (is.${value})"`);
}

export function orderClause(order: readonly Order[]): string {
  if (order.length === 0) return "";
  const terms = order.map(({ column, descending, nulls }) =>
    [`_t.${quote(column)}`, descending ? "desc" : "asc", ...(nulls ? [`nulls ${nulls}`] : [])].join(" "),
  );
  return ` order by ${terms.join(", ")}`;
}

export function rangeClause({ limit, offset }: Query, values: unknown[]): string {
  const take = limit === undefined ? "" : ` limit $${values.push(limit)}`;
  return take + (offset === 0 ? "" : ` offset $${values.push(offset)}`);
}
