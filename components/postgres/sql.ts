/** A name as SQL writes it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text value as SQL writes it; refuses what only an escape string could hold. */
export function literal(value: string): string {
  if (value.includes("\\") || value.includes("\0"))
    throw new Error("an SQL literal holds no backslash and no NUL");
  return `'${value.replaceAll("'", "''")}'`;
}

/** A statement that is run only where `condition`, an SQL expression, holds. */
export const when = (condition: string, statement: string): string =>
  `select ${literal(statement)} where ${condition} \\gexec`;
