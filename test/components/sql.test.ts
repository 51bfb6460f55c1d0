import fc from "fast-check";
import { prepareCommand, prepareSql } from "../../components/postgres/prepare.js";
import { type RolePasswords, rolesSql } from "../../components/postgres/roles.js";
import { identifier, literal, when } from "../../components/postgres/sql.js";

const passwords: RolePasswords = {
  postgres: "p1",
  supabaseAdmin: "p2",
  authenticator: "p3",
  authAdmin: "p4",
  storageAdmin: "p5",
  monitor: "p6",
};

/** Text that is rich in what SQL and psql read as syntax. */
const text = fc.string({ unit: fc.constantFrom(..."'\";-:$ \n%a{}") });

/** What lies between quotes that are doubled inside, or nothing where the text goes on after the last. */
function unquote(quote: "'" | '"', sql: string): string | undefined {
  const inner = new RegExp(`^${quote}((?:[^${quote}]|${quote}${quote})*)${quote}$`).exec(sql)?.[1];
  return inner?.replaceAll(quote + quote, quote);
}

describe("quoting", () => {
  it("keeps any value inside its literal", () => {
    fc.assert(fc.property(text, (value) => expect(unquote("'", literal(value))).toBe(value)));
  });

  it("keeps any name inside its identifier", () => {
    fc.assert(fc.property(text, (name) => expect(unquote('"', identifier(name))).toBe(name)));
  });

  it.each([
    ["'; drop role postgres; --", "'''; drop role postgres; --'"],
    ["", "''"],
    ["$$ || pg_read_file('x')", "'$$ || pg_read_file(''x'')'"],
  ])("%j is the literal %s", (value, sql) => {
    expect(literal(value)).toBe(sql);
  });

  it.each(["\\", "\\'", "a\0b"])("refuses %j, which only an escape string could hold", (value) => {
    expect(() => literal(value)).toThrow("an SQL literal holds no backslash and no NUL");
  });

  it("says nothing of the value that it refuses", () => {
    expect(() => literal("hunter2\\")).not.toThrow(/hunter2/);
  });

  it("of a statement inside a statement is doubled", () => {
    expect(when("true", `create role ${identifier('a"b')} password ${literal("it's")}`)).toBe(
      `select 'create role "a""b" password ''it''''s''' where true \\gexec`,
    );
  });
});

describe("the roles", () => {
  it("are made by exactly this", () => {
    expect(rolesSql(passwords)).toMatchSnapshot();
  });

  it("get their passwords whether they are new or not, each its own and once", () => {
    for (const password of Object.values(passwords))
      expect(
        rolesSql(passwords).match(new RegExp(`^alter role "\\w+" password '${password}';$`, "gm")),
      ).toHaveLength(1);
  });

  it("keep a password with quotes inside its literal", () => {
    const hostile = "'; alter role anon superuser; --";
    expect(rolesSql({ ...passwords, authenticator: hostile })).toContain(
      `alter role "authenticator" password '''; alter role anon superuser; --';`,
    );
  });
});

describe("the preparation", () => {
  const sql = prepareSql(passwords);

  it("is exactly this", () => {
    expect(sql).toMatchSnapshot();
  });

  it("keeps its statements out of the server's log before the first password", () => {
    const first = Math.min(...Object.values(passwords).map((password) => sql.indexOf(`'${password}'`)));
    for (const setting of ["set log_statement = 'none';", "set log_min_error_statement = 'panic';"])
      expect(sql.slice(0, first)).toContain(setting);
  });

  it("is one transaction", () => {
    const lines = sql.split("\n").filter((line) => /^(begin|commit);$/.test(line));
    expect(lines).toEqual(["begin;", "commit;"]);
    expect(sql.trimEnd().endsWith("\ncommit;")).toBe(true);
  });

  it("stops at the first error and shows no password on a command line", () => {
    expect(prepareCommand.join(" ")).toContain("ON_ERROR_STOP=1");
    expect(prepareCommand.join(" ")).not.toMatch(/PGPASSWORD/);
  });
});
