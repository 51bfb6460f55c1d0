import { call, remove, start, token, user } from "./stand-in-harness.js";

beforeAll(start, 120_000);
afterAll(remove, 60_000);

const object = { Accept: "application/vnd.pgrst.object+json" };

describe("reading", () => {
  test("columns, filters, order and range", async () => {
    const answer = await call("/open_list?select=name,n:amount&amount=gt.3&order=id.desc&limit=2");
    expect(answer).toMatchObject({
      status: 200,
      json: [
        { name: "item 20", n: 30 },
        { name: "item 19", n: 28.5 },
      ],
    });
    expect(answer.headers.get("content-range")).toBe("0-1/*");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("a count, and no more than the most rows", async () => {
    const counted = await call("/open_list", { headers: { Prefer: "count=exact", Range: "5-9" } });
    expect([counted.status, counted.headers.get("content-range")]).toEqual([206, "5-9/20"]);
    const all = await call("/open_list", { method: "HEAD", headers: { Prefer: "count=exact" } });
    expect([all.status, all.headers.get("content-range"), all.json]).toEqual([206, "0-14/20", undefined]);
    expect(await call("/open_list?offset=99", { headers: { Prefer: "count=exact" } })).toMatchObject({
      status: 416,
    });
  });

  test("one object, or a refusal", async () => {
    expect((await call("/open_list?id=eq.3", { headers: object })).json).toMatchObject({
      id: 3,
      name: "item 3",
    });
    const none = await call("/open_list?id=eq.999", { headers: object });
    expect(none).toMatchObject({
      status: 406,
      json: { code: "PGRST116", details: "The result contains 0 rows" },
    });
  });

  test("lists, patterns and negation", async () => {
    expect((await call('/open_list?select=id&name=in.("item 2",nope)')).json).toEqual([{ id: 2 }]);
    expect((await call("/open_list?select=id&name=like.*1&order=id")).json).toEqual([{ id: 1 }, { id: 11 }]);
    expect((await call("/open_list?select=id&id=not.gt.1")).json).toEqual([{ id: 1 }]);
  });

  test.each([
    ["/nothing_here", 404, "PGRST205"],
    ["/open_list?nope=eq.1", 400, "42703"],
    ["/open_list?id=eq.abc", 400, "22P02"],
    ["/open_list?id=near.1", 400, "PGRST100"],
    ["/a/b/c", 404, "PGRST125"],
    ["/%E0", 404, "PGRST125"],
    ["/rpc/add?a=1&b=x", 400, "22P02"],
    ["/locked", 401, "42501"],
    ["/%22;drop%20table%20notes", 404, "PGRST205"],
  ])("%s answers %i %s", async (path, status, code) => {
    const answer = await call(path);
    expect(answer).toMatchObject({ status, json: { code } });
    expect(Object.keys(answer.json as object).sort()).toEqual(["code", "details", "hint", "message"]);
  });

  test("the profile chooses among the exposed schemas", async () => {
    expect((await call("/things", { headers: { "Accept-Profile": "other" } })).json).toEqual([{ id: 7 }]);
    const hidden = await call("/things", { headers: { "Accept-Profile": "private" } });
    expect(hidden).toMatchObject({ status: 406, json: { code: "PGRST106" } });
  });
});

describe("identity", () => {
  test("row level security sees who asks", async () => {
    expect((await call("/notes")).json).toEqual([]);
    expect((await call("/notes?select=id", { as: token(user) })).json).toEqual([{ id: 1 }]);
    expect(
      (await call("/notes?select=id&order=id", { as: token({ role: "service_role" }) })).json,
    ).toHaveLength(2);
  });

  test.each([
    ["another key", token(user, "another-secret-of-thirty-two-characters"), "PGRST301"],
    ["no signature at all", `${token(user).split(".").slice(0, 2).join(".")}.`, "PGRST301"],
    ["nonsense", "nonsense", "PGRST301"],
    ["an expired token", token({ ...user, exp: 1000 }), "PGRST303"],
  ])("%s is refused", async (_, as, code) => {
    const answer = await call("/open_list", { as });
    expect(answer).toMatchObject({ status: 401, json: { code } });
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token"/);
  });

  test("a role that the login may not take is refused", async () => {
    expect((await call("/open_list", { as: token({ role: "postgres" }) })).status).toBe(403);
  });

  test("nothing of one request is left for the next", async () => {
    await Promise.all(Array.from({ length: 20 }, () => call("/notes", { as: token(user) })));
    expect((await call("/notes")).json).toEqual([]);
  });
});

describe("changing", () => {
  const as = token(user);
  const note = (id: number, title: string) =>
    JSON.stringify({ id, owner: user.sub, title, tags: ["x", "y"] });

  test("insert, update, upsert and delete", async () => {
    const made = await call("/notes?select=id,tags,done", {
      ...{ method: "POST", as, body: note(10, "ten") },
      headers: { Prefer: "return=representation", ...object },
    });
    expect(made).toMatchObject({ status: 201, json: { id: 10, tags: ["x", "y"], done: false } });
    expect(await call("/notes?id=eq.10", { method: "PATCH", as, body: '{"done":true}' })).toMatchObject({
      status: 204,
    });
    const prefer = { Prefer: "resolution=merge-duplicates,return=representation" };
    const merged = await call("/notes?select=title,done", {
      method: "POST",
      as,
      body: note(10, "TEN"),
      headers: prefer,
    });
    expect(merged).toMatchObject({ status: 201, json: [{ title: "TEN", done: true }] });
    const gone = await call("/notes?id=eq.10&select=id", { method: "DELETE", as, headers: prefer });
    expect(gone).toMatchObject({ status: 200, json: [{ id: 10 }] });
  });

  test("what nobody may see, nobody may change", async () => {
    const prefer = { Prefer: "return=representation" };
    const answer = await call("/notes?id=eq.2", {
      method: "PATCH",
      as,
      body: '{"title":"x"}',
      headers: prefer,
    });
    expect(answer).toMatchObject({ status: 200, json: [] });
    expect((await call("/notes", { method: "POST", body: note(11, "eleven") })).status).toBe(401);
  });

  test("conflicts and broken bodies", async () => {
    expect(await call("/notes", { method: "POST", as, body: note(1, "one") })).toMatchObject({ status: 409 });
    expect(await call("/notes", { method: "POST", as, body: "{" })).toMatchObject({
      json: { code: "PGRST102" },
    });
    const uneven = await call("/notes", { method: "POST", as, body: '[{"id":1},{"title":"a"}]' });
    expect(uneven).toMatchObject({ status: 400, json: { message: "All object keys must match" } });
    expect((await call("/notes", { method: "PUT", as, body: "{}" })).status).toBe(405);
  });
});
