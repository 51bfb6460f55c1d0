// What a regular expression matches that is spelled with letters, digits and little else.

/** Characters that an ordinary request can have next to each other. */
const ordinary = /^[\w.,/-]*$/;

/** More of one expression's strings are not looked at. */
const most = 60_000;

/** Strings that the expression matches: of every alternative one, repetitions at their least and once. */
export function spelledBy(expression: string): string[] {
  let at = 0;
  const peek = (): string => expression.charAt(at);

  const alternatives = (): string[] => {
    const all = [...sequence()];
    while (peek() === "|") {
      at += 1;
      all.push(...sequence());
    }
    return [...new Set(all)];
  };

  const sequence = (): string[] => {
    let heads = [""];
    while (at < expression.length && peek() !== "|" && peek() !== ")") {
      const tails = repeated(one());
      heads = heads
        .flatMap((head) => tails.map((tail) => head + tail))
        .filter((text) => ordinary.test(text) && text.length <= 40)
        .slice(0, most);
    }
    return heads;
  };

  const repeated = (strings: string[]): string[] => {
    const quantifier = /^(?:([*?])|(\+)|\{(\d+)(?:,\d*)?\})[?+]?/.exec(expression.slice(at));
    if (quantifier === null) return strings;
    at += quantifier[0].length;
    if (quantifier[1] !== undefined) return ["", ...strings];
    const least = Number(quantifier[3] ?? 1);
    return least === 0 ? ["", ...strings] : strings.map((text) => text.repeat(least));
  };

  const one = (): string[] => {
    const first = peek();
    at += 1;
    if (first === "(") return group();
    if (first === "[") return characters();
    if (first === "\\") return escaped();
    if (first === "^" || first === "$") return [""];
    return first === "." ? ["a"] : [first];
  };

  const group = (): string[] => {
    const opening = /^\?(?:[a-z]*:|[=!]|<[=!]|P?<\w+>|[a-z]+\))/.exec(expression.slice(at))?.[0] ?? "";
    at += opening.length;
    if (opening.endsWith(")")) return [""];
    const inside = alternatives();
    at += 1;
    return /[=!]/.test(opening) ? [""] : inside;
  };

  const characters = (): string[] => {
    const end = /^\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/.exec(expression.slice(at))?.[0] ?? "]";
    at += end.length;
    const set = new RegExp(`[${end.replaceAll(/\\x\{(\w\w)\}/g, "\\x$1")}`, "i");
    return ["a", "0", "_", "s", ".", ",", "-", "/"].filter((character) => set.test(character)).slice(0, 2);
  };

  const escaped = (): string[] => {
    const kind = peek();
    at += 1;
    if (kind === "x") {
      const code = /^(?:\{(\w+)\}|(\w\w))/.exec(expression.slice(at));
      at += code?.[0].length ?? 0;
      return [String.fromCharCode(parseInt(code?.[1] ?? code?.[2] ?? "0", 16))];
    }
    if (/[bBAzZ]/.test(kind)) return [""];
    if (kind === "d") return ["0"];
    if (kind === "w") return ["a"];
    return /[sSWDnrtfv]/.test(kind) ? [" "] : [kind];
  };

  return alternatives().filter((text) => text.length > 1);
}
