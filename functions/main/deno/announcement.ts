// How a function's process tells `main` where it listens: one line of its output that nothing else begins like.
const mark = "\u001eedge function on port ";

export const announcement = (port: number): string => `${mark}${port}`;

/** The port that a line of output announces, or undefined for any other line. */
export function announced(line: string): number | undefined {
  return line.startsWith(mark) ? Number(line.slice(mark.length)) : undefined;
}
