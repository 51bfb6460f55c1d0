const meta = /[\\^$.*+?()[\]{}|/]/g;
const literal = (text: string) => text.replaceAll(meta, "\\$&");

/** What each piece of a pattern means; a piece that stands for nothing is itself. */
const pieces: Readonly<Record<string, string>> = {
  "**": ".*",
  "*": "[^./]*",
  "?": "[^./]",
  "{": "(?:",
  "}": ")",
};

/**
 * The expression for a pattern of the redirect allow list: `*` stays within dots and slashes, `**` does not, and there
 * are `?`, `[a-z]`, `[!a-z]` and `{one,other}`. @returns undefined for a pattern that does not end what it begins
 */
export function glob(pattern: string): RegExp | undefined {
  let depth = 0;
  const source = (pattern.match(/\*\*|\\.|\[[^\]]+\]|[^]/g) ?? []).map((piece) => {
    if (piece === "{") depth++;
    if (piece === "}") depth--;
    if (piece === "," && depth > 0) return "|";
    if (piece.startsWith("\\")) return literal(piece.slice(1));
    if (piece.length > 2 && piece.startsWith("[")) {
      return `[${piece.slice(1, -1).replace(/^!/, "^").replaceAll("\\", "\\\\")}]`;
    }
    return pieces[piece] ?? literal(piece);
  });
  if (depth !== 0 || source.includes("\\[")) return undefined;
  try {
    return new RegExp(`^${source.join("")}$`);
  } catch {
    return undefined;
  }
}
