import type { Client } from "pg";
import { log } from "../lib/log.js";
import type { Hub } from "./hub.js";
import { connect } from "./login.js";
import type { Login } from "./settings.js";

interface Row {
  id: string;
  topic: string;
  event: string;
  payload: unknown;
  private: boolean;
}

const retryAfter = 10_000;

/** Brings what SQL sends with `realtime.send` to the topics. The database tells of it, so nothing is polled. */
export class MessageFeed {
  private client?: Client;
  private timer?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly login: Login,
    private readonly hub: Hub,
    private readonly told: () => void,
  ) {}

  get connected(): boolean {
    return this.client !== undefined;
  }

  start(): void {
    this.open().catch((error: unknown) => {
      log(`messages of the database: ${error instanceof Error ? error.message : String(error)}`);
      this.again();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.client?.end();
  }

  private async open(): Promise<void> {
    const client = await connect(this.login);
    client.once("end", () => this.again());
    client.on("notification", ({ payload }) => {
      if (payload !== undefined) this.deliver(client, payload).catch((error: Error) => log(error.message));
    });
    await client.query("listen realtime_messages");
    this.client = client;
  }

  private again(): void {
    this.client = undefined;
    if (!this.stopped) this.timer = setTimeout(() => this.start(), retryAfter).unref();
  }

  private async deliver(client: Client, id: string): Promise<void> {
    const { rows } = await client.query<Row>(
      "select id, topic, event, payload, private from realtime.messages where id = $1",
      [id],
    );
    for (const { topic, event, payload, private: isPrivate } of rows) {
      this.told();
      const message = { type: "broadcast", event, payload, meta: { id } };
      this.hub.get(topic, isPrivate)?.tell("broadcast", "broadcast", message);
    }
  }
}
