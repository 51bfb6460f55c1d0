import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

type Value = string | number | null;
type Outcome = { readonly value: Value } | { readonly error: Error };
interface Waiting {
  resolve(value: Value): void;
  reject(error: Error): void;
}

const patience = 2000;

/** A connection to Redis that opens with the first command, and anew after it was lost. */
export class Redis {
  private link?: Promise<Link>;

  constructor(private readonly url: URL) {}

  async command(...words: string[]): Promise<Value> {
    this.link ??= this.open();
    return (await this.link).send(words);
  }

  close(): void {
    void this.link?.then((link) => link.end()).catch(() => undefined);
  }

  private async open(): Promise<Link> {
    const forget = () => (this.link = undefined);
    try {
      const link = await Link.open(this.url, forget);
      const { username, password, pathname } = this.url;
      const login = [username, password].map(decodeURIComponent).filter((word) => word !== "");
      if (password !== "") await link.send(["AUTH", ...login]);
      if (pathname.length > 1) await link.send(["SELECT", pathname.slice(1)]);
      return link;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

/** One socket; answers come in the order of the commands. */
class Link {
  private readonly waiting: Waiting[] = [];
  private pending = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.on("data", (chunk) => this.read(chunk));
  }

  static open({ protocol, hostname, port }: URL, onClose: () => void): Promise<Link> {
    const address = { host: hostname, port: Number(port || 6379) };
    const socket = protocol === "rediss:" ? connectTls(address) : connectPlain(address);
    const link = new Link(socket);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => socket.destroy(new Error("Redis does not answer")), patience);
      socket.once(protocol === "rediss:" ? "secureConnect" : "connect", () => {
        clearTimeout(late);
        resolve(link);
      });
      let cause = new Error("the connection to Redis was closed");
      socket.once("error", (error: Error) => (cause = error));
      socket.once("close", () => {
        clearTimeout(late);
        onClose();
        reject(cause);
        for (const one of link.waiting.splice(0)) one.reject(cause);
      });
    });
  }

  send(words: readonly string[]): Promise<Value> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.socket.destroy(new Error("Redis does not answer")), patience);
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(late);
          done(value);
        };
      this.waiting.push({ resolve: settle(resolve), reject: settle(reject) });
      const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      this.socket.write(`*${words.length}\r\n${bulk.join("")}`);
    });
  }

  end(): void {
    this.socket.end();
  }

  private read(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    for (let reply = parse(this.pending); reply !== undefined; reply = parse(this.pending)) {
      this.pending = this.pending.subarray(reply.length);
      const one = this.waiting.shift();
      if ("error" in reply) one?.reject(reply.error);
      else one?.resolve(reply.value);
    }
  }
}

/** The first whole reply, of the kinds that AUTH, SELECT and counting give. */
function parse(data: Buffer): (Outcome & { readonly length: number }) | undefined {
  const end = data.indexOf("\r\n");
  if (end < 0) return undefined;
  const [kind, line] = [String.fromCharCode(data[0] ?? 0), data.toString("utf8", 1, end)];
  const length = end + 2;
  if (kind === "-") return { error: new Error(`Redis: ${line}`), length };
  if (kind === ":") return { value: Number(line), length };
  if (kind === "+") return { value: line, length };
  if (kind !== "$") return { error: new Error("Redis answered with something unexpected"), length };
  const size = Number(line);
  if (size < 0) return { value: null, length };
  if (data.length < length + size + 2) return undefined;
  return { value: data.toString("utf8", length, length + size), length: length + size + 2 };
}
