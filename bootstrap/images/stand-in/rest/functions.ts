import type { PoolClient } from "pg";
import type { Answer } from "../lib/http.js";
import { routine, type Routine } from "./catalog.js";
import { quote } from "./clauses.js";
import { RestError } from "./errors.js";
import type { Query } from "./query.js";
import type { Preferences } from "./request.js";
import { qualified, type Name } from "./sql.js";
import { json, read, run } from "./tables.js";

/** A call of a function. */
export interface CallRequest {
  readonly method: string;
  readonly function: Name;
  readonly query: Query;
  readonly preferences: Preferences;
  readonly wantsObject: boolean;
  readonly body: string;
}

export async function answerCall(client: PoolClient, request: CallRequest): Promise<Answer> {
  const reading = request.method === "GET" || request.method === "HEAD";
  if (!reading && request.method !== "POST") {
    throw new RestError(405, "PGRST101", `Cannot use the ${request.method} method on RPC`);
  }
  const given = request.body === "" ? {} : json(request.body);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new RestError(400, "PGRST102", "Expected a JSON object of named arguments");
  }
  const names = Object.keys(given);
  const found = await routine(client, request.function, names);
  return answer(client, request, found, callSource(request.function, found, names), [request.body || "{}"]);
}

/** A row source `_t` of the function's results; PostgreSQL itself turns the JSON arguments into their types. */
function callSource(name: Name, { args }: Routine, given: readonly string[]): string {
  const used = args.filter((argument) => given.includes(argument.name));
  const record = used.map((argument) => `${quote(argument.name)} ${argument.type}`).join(", ");
  const passed = used
    .map(({ name: argument }) => `${quote(argument)} => _args.${quote(argument)}`)
    .join(", ");
  const from =
    used.length === 0 ? "(select $1::json) as _args" : `json_to_record($1::json) as _args(${record})`;
  return `${from}, lateral ${qualified(name)}(${passed}) as _t`;
}

async function answer(
  client: PoolClient,
  request: CallRequest,
  found: Routine,
  source: string,
  values: readonly unknown[],
): Promise<Answer> {
  if (found.nothing) {
    await client.query(`select 1 from ${source}`, [...values]);
    return { status: 204 };
  }
  if (found.set && found.composite) return read(client, source, request, values);
  const result = found.set ? "coalesce(json_agg(_t), '[]')" : "(array_agg(to_json(_t)))[1]";
  const text = `select coalesce(${result}, 'null')::text as body, count(*)::int as count from ${source}`;
  return { status: 200, body: (await run(client, { text, values })).body };
}
