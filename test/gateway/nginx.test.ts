import fc from "fast-check";
import { block, directive, exactly, map, render } from "../../components/gateway/nginx.js";
import { parse, tokenize } from "../support/nginx.js";

/** Text without control characters, rich in what nginx reads as syntax. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(..." \"'\\;{}#$()~|*tnr\u00e9\u{1f600}".split("")),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  })
  // eslint-disable-next-line no-control-regex -- these are what the renderer refuses
  .filter((word) => !/[\u0000-\u001f\u007f]/.test(word));

describe("a rendered word", () => {
  it("reads back as itself, wherever it stands", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (words) => {
        const [name = "", ...args] = words;
        expect(tokenize(render([directive(name, ...args)]))).toEqual([
          ...words.map((word) => ({ word })),
          ";",
        ]);
        expect(tokenize(render([block(name, args, [])]))).toEqual([
          ...words.map((word) => ({ word })),
          "{",
          "}",
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["$cors_origin", "$cors_origin"],
    ["~^/rest/v1(/.*)$", "~^/rest/v1(/.*)$"],
    ["", '""'],
    ["two words", '"two words"'],
    ["a;b", '"a;b"'],
    ["{", '"{"'],
    ["#comment", '"#comment"'],
    ['say "no"', '"say \\"no\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["it's", '"it\'s"'],
  ])("%j is written as %s", (word, written) => {
    expect(render([directive("x", word)])).toBe(`x ${written};\n`);
  });

  it.each(["\n", "\r", "\t", "\0", "\u001b", "\u007f"])("with the control character %j is refused", (bad) => {
    const words = [directive("x", `a${bad}b`), directive(`x${bad}`), block("x", [bad], [])];
    for (const one of words) expect(() => render([one])).toThrow(/^control character in nginx word "/);
  });
});

describe("a rendered configuration", () => {
  const tree = [
    directive("a", 1, "b"),
    block("c", ["d"], [directive("e"), block("f", [], [directive("g", "")])]),
    map("$source", "$target", { default: "", "key one": "$value" }),
  ];

  it("is indented by depth", () => {
    expect(render(tree)).toBe(
      [
        "a 1 b;",
        "c d {",
        "  e;",
        "  f {",
        '    g "";',
        "  }",
        "}",
        "map $source $target {",
        '  default "";',
        '  "key one" $value;',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("reads back as the same tree", () => {
    expect(parse(render(tree))).toEqual(tree);
  });
});

it("an exact key of a map matches its text alone", () => {
  fc.assert(
    fc.property(text, text, (key, other) => {
      const pattern = new RegExp(exactly(key).slice(1));
      expect(pattern.test(key)).toBe(true);
      for (const value of [other, `${key}x`, `x${key}`]) expect(pattern.test(value)).toBe(value === key);
    }),
  );
  expect(new RegExp(exactly("a.b").slice(1)).test("A.b")).toBe(false);
  expect(new RegExp(exactly("a.b").slice(1)).test("axb")).toBe(false);
});
