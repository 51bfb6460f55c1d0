import { randomUUID } from "node:crypto";
import { Authority } from "./authority.js";
import type { Connection } from "./connection.js";
import type { Subscription } from "./change-feed.js";
import { sizeOf, type Message } from "./frames.js";
import type { Listener, Topic } from "./hub.js";
import { readEvent, readToken, record, type Join } from "./join.js";
import type { Asker, Extension } from "./policies.js";
import { JoinRefused, type Shutdown } from "./refusals.js";
import { TokenWatch } from "./token-watch.js";
import { TokenRefused, type Claims } from "./tokens.js";

/** Of presence, by one client on one topic. */
const calls = { most: 5, windowMs: 30_000 };

/** A topic that one client has joined. */
export class Channel implements Listener {
  readonly codec;
  private readonly key: string;
  private readonly authority: Authority;
  private presence = { calls: 0, until: 0 };
  private readonly watch: TokenWatch;
  private subscription?: Subscription;
  private place?: Topic;

  private constructor(
    private readonly connection: Connection,
    readonly topic: string,
    readonly joinRef: string | null,
    private readonly join: Join,
    private token: string,
    private claims: Claims,
  ) {
    this.codec = connection.codec;
    this.key = join.presence.key ?? randomUUID();
    this.authority = new Authority(connection.project, join.private);
    this.watch = new TokenWatch(connection.project.verify, (reason) => this.shutDown(reason));
  }

  /** Throws JoinRefused or TokenRefused. */
  static async open(connection: Connection, { topic, joinRef }: Message, join: Join): Promise<Channel> {
    if (topic === "realtime:") throw new JoinRefused("TopicNameRequired", "You must provide a topic name");
    const token = join.token ?? connection.token;
    const claims = await connection.project.verify(token);
    const channel = new Channel(connection, topic, joinRef, join, token, claims);
    await channel.authority.renew(channel.asker());
    if (!channel.hears("broadcast") && !channel.hears("presence"))
      throw new JoinRefused(
        "Unauthorized",
        `You do not have permissions to read from this Channel topic: ${channel.name}`,
      );
    channel.place = connection.project.hub.join(channel.name, join.private, channel);
    channel.watch.start(token, claims);
    return channel;
  }

  /** The topic's name in SQL and in the API. */
  get name(): string {
    return this.topic.replace(/^realtime:/, "");
  }

  /** What follows the answer to a join. */
  opened(): void {
    if (this.join.presence.enabled && this.hears("presence"))
      this.push("presence_state", this.place?.presence.state());
    this.subscribe();
  }

  hears(kind: Extension): boolean {
    return this.authority.reads(kind);
  }

  send(frame: string | Buffer): void {
    this.connection.send(frame);
  }

  /** Whatever a client sends after its join. */
  async handle(message: Message): Promise<void> {
    const shutdown = await this.answer(message);
    if (shutdown !== undefined) this.shutDown(shutdown);
  }

  close(): void {
    this.watch.stop();
    this.subscription?.end();
    this.connection.project.hub.leave(this.name, this.join.private, this);
  }

  private async answer(message: Message): Promise<Shutdown> {
    const { event, payload } = message;
    if (event === "broadcast") return this.broadcast(message);
    if (event === "presence") return this.meet(message);
    return event === "access_token" ? this.renew(record(payload)?.["access_token"]) : undefined;
  }

  private async broadcast(message: Message): Promise<Shutdown> {
    const { project } = this.connection;
    if (!(await this.authority.writes(this.asker(), "broadcast"))) return undefined;
    const fits = sizeOf(message.payload) <= project.tenant.limits.payloadBytes;
    const except = this.join.broadcast.self ? undefined : this;
    project.count("events");
    if (fits) this.place?.tell("broadcast", "broadcast", message.payload, except);
    if (this.join.broadcast.ack)
      this.connection.reply(message, fits ? {} : { reason: "payload_size_exceeded" }, fits);
    return project.exceedsRate() ? "Too many messages per second" : undefined;
  }

  private async meet(message: Message): Promise<Shutdown> {
    const now = Date.now();
    if (now > this.presence.until) this.presence = { calls: 0, until: now + calls.windowMs };
    if (++this.presence.calls > calls.most) return "Client presence rate limit exceeded";
    const { event, content } = readEvent(message.payload);
    const meta = record(content);
    const tracks = event === "track" && meta !== undefined;
    const permitted = tracks ? await this.authority.writes(this.asker(), "presence") : event === "untrack";
    if (permitted) this.connection.project.count("presenceEvents");
    if (event === "untrack") this.place?.presence.untrack(this);
    else if (tracks && permitted) this.place?.presence.track(this, this.key, meta);
    const reason = event === "track" && !tracks ? { reason: "Presence track payload must be a map" } : {};
    this.connection.reply(message, reason, permitted);
    return undefined;
  }

  private async renew(value: unknown): Promise<Shutdown> {
    const token = readToken(value);
    if (token === undefined || token === this.token) return undefined;
    try {
      this.claims = await this.connection.project.verify(token);
    } catch (error) {
      if (error instanceof TokenRefused) return error.message;
      throw error;
    }
    this.token = token;
    const lost = await this.authority.renew(this.asker());
    if (lost.length > 0) return `You no longer have permission to read from this Channel topic: ${this.name}`;
    this.watch.start(token, this.claims);
    this.subscription?.end();
    this.subscribe();
    return undefined;
  }

  private asker(): Asker {
    return { claims: this.claims, topic: this.name, headers: this.connection.headers };
  }

  private subscribe(): void {
    if (this.join.changes.length === 0) return;
    const { project } = this.connection;
    this.subscription = project.changes.subscribe(this.join.changes, this.claims, (ids, data) => {
      project.count("dbEvents");
      this.push("postgres_changes", { ids, data });
    });
    this.subscription.ready.then(
      () => this.tell("postgres_changes", "ok", "Subscribed to PostgreSQL"),
      (error: Error) => this.tell("postgres_changes", "error", error.message),
    );
  }

  private shutDown(reason: string): void {
    this.tell("system", "error", reason);
    this.connection.end(this);
  }

  private tell(extension: string, status: "ok" | "error", message: string): void {
    this.push("system", { extension, status, message, channel: this.name });
  }

  private push(event: string, payload: unknown): void {
    this.connection.push({ joinRef: this.joinRef, ref: null, topic: this.topic, event, payload });
  }
}
