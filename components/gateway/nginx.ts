/** One directive of nginx; with children it is a block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** A last argument of several lines. @default - none */
  readonly lines?: readonly string[];
  readonly children?: readonly Directive[];
}

/** `name arg arg;` */
export const directive = (name: string, ...args: (string | number)[]): Directive => ({
  name,
  args: args.map(String),
});

/** `name arg { … }` */
export const block = (name: string, args: readonly string[], children: readonly Directive[]): Directive => ({
  name,
  args,
  children,
});

/** `return status "line…";`, a body of several lines. */
export const answer = (status: number, lines: readonly string[]): Directive => ({
  name: "return",
  args: [String(status)],
  lines,
});

/** `map source $variable { key value; … }`; nginx compares keys ignoring case, and takes `~…` for a pattern. */
export function map(source: string, variable: string, entries: Readonly<Record<string, string>>): Directive {
  const lines = Object.entries(entries).map(([key, value]) => directive(key, value));
  return block("map", [source, variable], lines);
}

/** A key of `map` that is compared letter by letter, upper and lower case apart. */
export const exactly = (text: string): string => `~^${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;

/** The text of a configuration file. */
export function render(directives: readonly Directive[], indent = ""): string {
  return directives.map((one) => renderOne(one, indent)).join("");
}

function renderOne({ name, args, lines, children }: Directive, indent: string): string {
  const words = [...[name, ...args].map(word), ...(lines === undefined ? [] : [quote(lines)])];
  const head = indent + words.join(" ");
  if (children === undefined) return `${head};\n`;
  return `${head} {\n${render(children, `${indent}  `)}${indent}}\n`;
}

/**
 * A word that stays one word: bare where that is safe, else in double quotes with its quotes escaped.
 * @throws Error for control characters, which no directive needs and a log line could be forged with
 */
function word(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new Error(`control character in nginx word ${JSON.stringify(text)}`);
  if (/^[\w$./:@*=~^,+()!&|?[\]-]+$/.test(text)) return text;
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/** Lines in double quotes, each ended by nginx's own escape for a line feed. */
const quote = (lines: readonly string[]): string =>
  `"${lines.map((line) => `${line.replace(/[\\"]/g, "\\$&")}\\n`).join("")}"`;
