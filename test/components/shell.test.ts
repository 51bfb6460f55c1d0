import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { shellQuote } from "../../components/shell.js";

// No shell can hold a NUL in a word.
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(..." '\"\\$`!*?[]{}()<>|&;#~=%\n\t-a/\u00e9") }),
  fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
);

/** Words as a shell hands them to a program. */
function throughShell(words: readonly string[]): string[] {
  const line = `for word in ${shellQuote(words)}; do printf '%s\\0' "$word"; done`;
  return execFileSync("sh", ["-c", line], { encoding: "utf8", timeout: 5_000 }).split("\0").slice(0, -1);
}

it("words come out of a shell as they went in", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      expect(throughShell(words)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

it.each([
  [["pg_isready", "-h", "localhost"], "pg_isready -h localhost"],
  [[""], "''"],
  [["it's"], "'it'\\''s'"],
  [["$(reboot)", "a b"], "'$(reboot)' 'a b'"],
  [["~", "a*"], "'~' 'a*'"],
])("%j is written as %s", (words, written) => {
  expect(shellQuote(words)).toBe(written);
});
