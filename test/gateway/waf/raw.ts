import { connect } from "node:net";

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes to 127.0.0.1 and reads what comes back until an answer is whole, or five seconds have passed. */
export function sendRaw(port: number, bytes: Buffer): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const end = (): void => {
      socket.destroy();
      const [head = "", body = ""] = split(received);
      resolve({ status: Number(/^HTTP\/\S+ (\d{3})/.exec(head)?.[1] ?? 0), head, body });
    };
    socket.setTimeout(5000, end);
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (isWhole(received)) end();
    });
    socket.on("error", end);
    socket.on("close", end);
    socket.on("connect", () => socket.write(bytes));
  });
}

const split = (text: string): string[] => {
  const at = text.indexOf("\r\n\r\n");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 4)];
};

function isWhole(text: string): boolean {
  const [head = "", body] = split(text);
  if (body === undefined) return false;
  if (/^HTTP\/\S+ (?:204|304|101)/.test(head)) return true;
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return length === undefined ? body.endsWith("0\r\n\r\n") : body.length >= Number(length);
}
