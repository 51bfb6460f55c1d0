import { invalidRequest } from "./errors.js";

/** One part of a `multipart/form-data` body; its content has to be read before the next part is asked for. */
export interface FormPart {
  readonly name: string;
  /** @default - an ordinary field */
  readonly filename?: string;
  readonly contentType?: string;
  readonly content: AsyncGenerator<Buffer>;
}

const largestHeader = 16 * 1024;

/** The parts of a form as they arrive; nothing but the end of a chunk is held back. */
export async function* formParts(source: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormPart> {
  const reader = new Reader(source[Symbol.asyncIterator]());
  const mark = Buffer.from(`\r\n--${boundary}`);
  for await (const preamble of reader.before(mark)) void preamble;
  while ((await reader.text("\r\n")) !== "--") {
    const headers = await reader.text("\r\n\r\n");
    const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? "";
    yield {
      name: /[; ]name="([^"]*)"/i.exec(disposition)?.[1] ?? "",
      filename: /[; ]filename="([^"]*)"/i.exec(disposition)?.[1],
      contentType: /^content-type:\s*(.+?)\s*$/im.exec(headers)?.[1],
      content: reader.before(mark),
    };
  }
}

/** A whole field, which may not be long. */
export async function fieldText(part: FormPart, limit: number, tooLong: () => Error): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of part.content) {
    size += chunk.length;
    if (size > limit) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

class Reader {
  // Makes the first boundary like all others, which stand on a line of their own.
  private pending: Buffer = Buffer.from("\r\n");
  private ended = false;

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** What comes before a mark; the mark itself is swallowed. */
  async *before(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.pending.indexOf(mark);
      const end = at < 0 ? this.pending.length - mark.length + 1 : at;
      const head = this.pending.subarray(0, Math.max(end, 0));
      this.pending = this.pending.subarray(at < 0 ? head.length : at + mark.length);
      if (head.length > 0) yield head;
      if (at >= 0) return;
      await this.fill();
    }
  }

  /** A short text before a mark; the closing dashes need no mark after them. */
  async text(mark: string): Promise<string> {
    for (;;) {
      const at = this.pending.indexOf(mark);
      if (this.pending.subarray(0, 2).toString() === "--") return "--";
      if (at >= 0) {
        const text = this.pending.subarray(0, at).toString("utf8");
        this.pending = this.pending.subarray(at + mark.length);
        return text;
      }
      if (this.pending.length > largestHeader) throw invalidRequest("The form's headers are too long");
      await this.fill();
    }
  }

  private async fill(): Promise<void> {
    if (this.ended) throw invalidRequest("The form ends before its closing boundary");
    const next = await this.source.next();
    if (next.done === true) this.ended = true;
    else this.pending = Buffer.concat([this.pending, next.value]);
  }
}
