import type { RestError } from "../../bootstrap/images/stand-in/rest/errors.js";
import { parseItems, parseQuery } from "../../bootstrap/images/stand-in/rest/query.js";
import {
  renderDelete,
  renderInsert,
  renderRead,
  renderUpdate,
} from "../../bootstrap/images/stand-in/rest/sql.js";

const read = (search: string, range?: string) =>
  renderRead('"public"."t" as _t', parseQuery(new URLSearchParams(search), range));
const inner = (text: string) => /from \((.*)\) as _row$/.exec(text)?.[1];
const table = { schema: "public", name: 't"x' };
const none = parseQuery(new URLSearchParams());

test.each<[search: string, sql: string, values: unknown[]]>([
  ["", "_t.* from T", []],
  ["select=*", "_t.* from T", []],
  ["select=a,n:b", '_t."a", _t."b" as "n" from T', []],
  ["a=eq.1", '_t.* from T where _t."a" = $1', ["1"]],
  ["a=neq.1&b=gt.2", '_t.* from T where _t."a" <> $1 and _t."b" > $2', ["1", "2"]],
  [
    "a=gte.1&a=lte.2&a=lt.3",
    '_t.* from T where _t."a" >= $1 and _t."a" <= $2 and _t."a" < $3',
    ["1", "2", "3"],
  ],
  ["a=like.x*y", '_t.* from T where _t."a" like $1', ["x%y"]],
  ["a=ilike.*y", '_t.* from T where _t."a" ilike $1', ["%y"]],
  ["a=eq.x*y", '_t.* from T where _t."a" = $1', ["x*y"]],
  ["a=is.null", '_t.* from T where _t."a" is null', []],
  ["a=not.is.null", '_t.* from T where not (_t."a" is null)', []],
  ["a=in.(1,2)", '_t.* from T where _t."a" = any($1)', [["1", "2"]]],
  ["a=not.in.(1)", '_t.* from T where not (_t."a" = any($1))', [["1"]]],
  ["a=eq.1.5", '_t.* from T where _t."a" = $1', ["1.5"]],
  ["order=a.desc.nullslast,b", '_t.* from T order by _t."a" desc nulls last, _t."b" asc', []],
  ["limit=2&offset=4", "_t.* from T limit $1 offset $2", [2, 4]],
  ["a=eq.1'; drop table t", '_t.* from T where _t."a" = $1', ["1'; drop table t"]],
])("%s", (search, sql, values) => {
  const statement = read(search);
  expect(inner(statement.text)).toBe(`select ${sql.replace("T", '"public"."t" as _t')}`);
  expect(statement.values).toEqual(values);
});

test.each([
  ["0-9", { limit: 10, offset: 0 }],
  ["5-", { limit: undefined, offset: 5 }],
  ["items=1-2", { limit: undefined, offset: 0 }],
])("a Range header of %s", (range, expected) => {
  expect(parseQuery(new URLSearchParams(), range)).toMatchObject(expected);
});

test.each([
  ["()", []],
  ["(a)", ["a"]],
  ["(a,b)", ["a", "b"]],
  ['("a,b",c)', ["a,b", "c"]],
  ['("a\\"b")', ['a"b']],
  ["(a,)", ["a", ""]],
])("the items of in.%s", (text, items) => {
  expect(parseItems(text)).toEqual(items);
});

test.each([
  "a=1",
  "a=almost.1",
  "or=(a.eq.1,b.eq.2)",
  "select=a,rel(*)",
  'select=a"b',
  "order=a.upwards",
  "limit=all",
  "a=is.1",
  "a=in.1,2",
])("%s is refused", (search) => {
  const refusal = expect.objectContaining({ status: 400, code: "PGRST100" }) as RestError;
  expect(() => read(search)).toThrow(refusal);
});

describe("changes", () => {
  test("an insert names its columns and takes its rows as one value", () => {
    const { text, values } = renderInsert(table, ["a", "b"], "[…]", none, { returning: false });
    expect(text).toBe(
      'with _row as (insert into "public"."t""x" as _t ("a", "b") select "a", "b" from ' +
        'json_populate_recordset(null::"public"."t""x", $1::json) returning 1) ' +
        "select '' as body, count(*)::int as count from _row",
    );
    expect(values).toEqual(["[…]"]);
  });

  test.each([
    ["merge", ["id"], 'on conflict ("id") do update set "a" = excluded."a"'],
    ["ignore", ["id"], 'on conflict ("id") do nothing'],
    ["merge", [], "on conflict do nothing"],
  ] as const)("on conflict: %s by %j", (resolution, columns, expected) => {
    const options = { returning: true, conflict: { resolution, columns } };
    expect(renderInsert(table, ["a"], "[]", none, options).text).toContain(`${expected} returning _t.*)`);
  });

  test("an update and a delete keep to their filters", () => {
    const query = parseQuery(new URLSearchParams("id=eq.7&select=id"));
    const update = renderUpdate(table, ["a"], "{}", query, true);
    expect(update.text).toContain('set "a" = _new."a" from');
    expect(update.text).toContain('where _t."id" = $2 returning _t."id")');
    expect(update.values).toEqual(["{}", "7"]);
    expect(renderDelete(table, query, false)).toMatchObject({
      text: expect.stringContaining('where _t."id" = $1 returning 1)') as string,
      values: ["7"],
    });
  });
});
