/** One wrong value: which key, what it is, what was expected and how to mend it. */
export interface Mistake {
  /** The key as the operator writes it, e.g. `network.subnet`. */
  readonly key: string;
  /** The value found, already fit to be printed. */
  readonly value: string;
  readonly expected: string;
  /** The next thing to type or to edit. */
  readonly fix: string;
}

/** All mistakes of a configuration at once; thrown before anything has changed. */
export class ConfigurationError extends Error {
  constructor(
    subject: string,
    readonly mistakes: readonly Mistake[],
  ) {
    super(describe(subject, mistakes));
    this.name = "ConfigurationError";
  }
}

function describe(subject: string, mistakes: readonly Mistake[]): string {
  const count = mistakes.length === 1 ? "1 mistake" : `${String(mistakes.length)} mistakes`;
  const entries = mistakes.map(({ key, value, expected, fix }) =>
    [`  ${key}`, `    is        ${value}`, `    expected  ${expected}`, `    mend      ${fix}`].join("\n"),
  );
  return [`${count} in ${subject}; nothing has been changed.`, ...entries].join("\n\n");
}

const secretKey = /(^|\.)(secret|password)$|^services\.[^.]+\.env\./;

/** A value as it may be shown to the operator: secrets are not, however deep they are. */
export function printable(key: string, value: unknown): string {
  if (value === undefined) return "not set";
  if (secretKey.test(key)) return "[secret]";
  return JSON.stringify(value, (name, inner: unknown) => (secretKey.test(name) ? "[secret]" : inner));
}
