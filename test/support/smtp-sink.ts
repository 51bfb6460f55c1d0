import { createServer, type Server, type Socket } from "node:net";
import { until } from "./containers.js";

export interface CaughtMail {
  readonly from: string;
  readonly to: string;
  /** Headers and body, with soft line breaks undone. */
  readonly text: string;
}

/** A mail server that keeps what it is sent. */
export class SmtpSink {
  readonly mails: CaughtMail[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.talk(socket));

  /** @returns the port */
  async listen(host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(0, host, resolve);
    });
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("the sink has no port");
    return address.port;
  }

  /** Waits for the next mail to an address after the first `seen` ones. */
  next(to: string, seen = 0): Promise<CaughtMail> {
    return until(`a mail to ${to}`, () => this.mails.filter((mail) => mail.to === to)[seen], 10);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private talk(socket: Socket): void {
    this.sockets.add(socket);
    let [buffer, from, to, inData] = ["", "", "", false];
    const say = (line: string) => socket.write(`${line}\r\n`);
    const command = (line: string) => {
      from = /^MAIL FROM:<(.*?)>/i.exec(line)?.[1] ?? from;
      to = /^RCPT TO:<(.*?)>/i.exec(line)?.[1] ?? to;
      inData = /^DATA$/i.test(line);
      say(inData ? "354 go on" : /^QUIT/i.test(line) ? "221 bye" : "250 ok");
    };
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (chunk) => {
      buffer += chunk.toString("utf8");
      for (;;) {
        const end = inData ? "\r\n.\r\n" : "\r\n";
        const at = buffer.indexOf(end);
        if (at < 0) return;
        const part = buffer.slice(0, at);
        buffer = buffer.slice(at + end.length);
        if (!inData) command(part);
        else {
          inData = false;
          this.mails.push({ from, to, text: unfolded(part) });
          say("250 kept");
        }
      }
    });
    say("220 sink");
  }
}

/** Quoted-printable as it was before. */
const unfolded = (text: string) =>
  text
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
