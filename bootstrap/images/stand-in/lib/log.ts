/** Writes one line to standard error, in the form that most servers use. */
export function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}
