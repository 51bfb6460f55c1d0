import type { WebSocket } from "ws";
import { log } from "../lib/log.js";
import { Channel } from "./channel.js";
import type { Codec, Message } from "./frames.js";
import { readJoin } from "./join.js";
import type { Project } from "./project.js";
import { JoinRefused } from "./refusals.js";
import { TokenRefused } from "./tokens.js";
import { wantedId } from "./wanted.js";

const idleMs = 60_000;
/** Bytes that may wait for a client that does not read. */
const mostWaiting = 16 * 1024 * 1024;

/** One client. Its messages are handled one after the other. */
export class Connection {
  private readonly channels = new Map<string, Channel>();
  private readonly idle: NodeJS.Timeout;
  private tail = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    readonly codec: Codec,
    readonly project: Project,
    readonly token: string,
    readonly headers: Readonly<Record<string, string>>,
    private readonly refusalDelay: number,
  ) {
    project.connections++;
    // A client says something at least every half minute.
    this.idle = setTimeout(() => socket.close(1000), idleMs).unref();
    socket.on("message", (data: Buffer, binary) => this.receive(data, binary));
    socket.on("error", (error) => log(`connection: ${error.message}`));
    socket.once("close", () => this.closed());
  }

  send(frame: string | Buffer): void {
    if (this.socket.bufferedAmount > mostWaiting) this.socket.terminate();
    this.project.count("outputBytes", Buffer.byteLength(frame));
    this.socket.send(frame);
  }

  push(message: Message): void {
    const frame = this.codec.encode(message);
    if (frame !== undefined) this.send(frame);
  }

  reply({ joinRef, ref, topic }: Message, response: unknown, ok = true): void {
    const payload = { status: ok ? "ok" : "error", response };
    this.push({ joinRef, ref, topic, event: "phx_reply", payload });
  }

  /** Closes a channel and tells the client. */
  end(channel: Channel): void {
    const { topic, joinRef } = channel;
    if (this.channels.get(topic) !== channel) return;
    this.channels.delete(topic);
    channel.close();
    this.push({ joinRef, ref: joinRef, topic, event: "phx_close", payload: {} });
  }

  private receive(data: Buffer, binary: boolean): void {
    this.idle.refresh();
    this.project.count("inputBytes", data.length);
    let message: Message;
    try {
      message = this.codec.decode(data, binary);
    } catch {
      this.socket.close(1011);
      return;
    }
    this.tail = this.tail
      .then(() => this.handle(message))
      .catch((error: unknown) => {
        log(`UnknownErrorOnChannel: ${error instanceof Error ? error.message : String(error)}`);
        this.reply(message, { reason: "Unknown Error on Channel" }, false);
      });
  }

  private async handle(message: Message): Promise<void> {
    const { topic, event } = message;
    const channel = this.channels.get(topic);
    if (topic === "phoenix" && event === "heartbeat") this.reply(message, {});
    else if (event === "phx_join") await this.join(message);
    else if (channel === undefined) this.reply(message, { reason: "unmatched topic" }, false);
    // Meant for a channel that has been joined again since.
    else if (message.joinRef !== null && message.joinRef !== channel.joinRef) return;
    else if (event !== "phx_leave") await channel.handle(message);
    else {
      this.reply(message, {});
      this.end(channel);
    }
  }

  private async join(message: Message): Promise<void> {
    const { topic } = message;
    const old = this.channels.get(topic);
    if (old !== undefined) this.end(old);
    try {
      if (!topic.startsWith("realtime:")) throw new JoinRefused("UnmatchedTopic", "unmatched topic");
      if (this.channels.size >= this.project.tenant.limits.channelsPerClient)
        throw new JoinRefused("ChannelRateLimitReached", "Too many channels");
      const join = readJoin(message.payload);
      const channel = await Channel.open(this, message, join);
      if (this.socket.readyState !== this.socket.OPEN) {
        channel.close();
        return;
      }
      this.channels.set(topic, channel);
      this.project.count("joins");
      this.project.metrics.join();
      this.reply(message, {
        postgres_changes: join.changes.map((wanted) => ({ ...wanted, id: wantedId(wanted) })),
      });
      channel.opened();
    } catch (error) {
      this.refuse(message, error);
    }
  }

  private refuse(message: Message, error: unknown): void {
    const known = error instanceof TokenRefused || error instanceof JoinRefused;
    const code = known ? error.code : "UnknownErrorOnChannel";
    const text = error instanceof Error ? error.message : String(error);
    const said = error instanceof TokenRefused ? `${code}: ${text}` : text;
    if (!known) log(`${code}: ${text}`);
    this.project.metrics.join(code);
    const reason = known ? said : "Unknown Error on Channel";
    setTimeout(() => this.reply(message, { reason }, false), this.refusalDelay).unref();
  }

  private closed(): void {
    clearTimeout(this.idle);
    this.project.connections--;
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
  }
}
