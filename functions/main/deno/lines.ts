/** Characters after which a line without an end is passed on all the same. */
const longest = 16_384;

/** Passes each line of a stream on, until the stream ends. */
export async function forwardLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  write: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(write);
    if (rest.length > longest) {
      write(rest);
      rest = "";
    }
  }
  if (rest !== "") write(rest);
}
