import type { Pool, QueryConfig } from "pg";
import { Hub } from "./hub.js";
import { pool } from "./login.js";
import { MessageFeed } from "./message-feed.js";
import type { Metrics, Sum } from "./metrics.js";
import { ChangeFeed } from "./change-feed.js";
import { Rate } from "./rate.js";
import type { Settings } from "./settings.js";
import { find, type Tenant } from "./tenants.js";
import { clientVerifier, verifier } from "./tokens.js";

/** A tenant at work: its database, its topics and what its limits are measured by. */
export class Project {
  readonly pool: Pool;
  readonly hub = new Hub();
  readonly verify;
  readonly changes: ChangeFeed;
  private readonly messages: MessageFeed;
  private readonly events = new Rate();
  /** How many clients are connected. */
  connections = 0;

  constructor(
    readonly tenant: Tenant,
    poolSize: number,
    readonly metrics: Metrics,
  ) {
    this.pool = pool(tenant.database, poolSize);
    this.verify = clientVerifier(verifier(tenant.jwtSecret, tenant.jwks));
    this.changes = new ChangeFeed(tenant.database, this.pool);
    this.messages = new MessageFeed(tenant.database, this.hub, () => this.count("events"));
    this.messages.start();
  }

  get replicates(): boolean {
    return this.messages.connected;
  }

  count(sum: Sum, count = 1): void {
    this.metrics.add(sum, this.tenant.externalId, count);
    if (sum === "events") this.events.add(count);
  }

  /** @param more - events that are about to come */
  exceedsRate(more = 0): boolean {
    return this.events.average() + more > this.tenant.limits.eventsPerSecond;
  }

  async close(): Promise<void> {
    await Promise.all([this.messages.stop(), this.changes.stop()]);
    await this.pool.end();
  }
}

/** Asked by health checks, which give up after a few seconds themselves. */
const question: QueryConfig & { query_timeout: number } = { text: "select 1", query_timeout: 3000 };

/** The projects that have been asked for. */
export class Projects {
  private readonly database: Pool;
  private readonly started = new Map<string, Project>();

  constructor(
    private readonly settings: Settings,
    private readonly metrics: Metrics,
  ) {
    this.database = pool(settings.database, 2);
    const { afterConnect } = settings;
    // The pool hands the connection out at once; what is asked of it then waits for this.
    if (afterConnect !== undefined)
      this.database.on("connect", (client) => void client.query(afterConnect).catch(() => undefined));
  }

  /** The project whose name is the first label of a Host header, or undefined. */
  async find(host: string): Promise<Project | undefined> {
    const id = host.replace(/:\d+$/, "").split(".", 1)[0] ?? "";
    const started = this.started.get(id);
    if (started !== undefined) return started;
    const tenant = await find(this.database, id, this.settings.encryptionKey);
    if (tenant === undefined) return undefined;
    // Asked for twice at the same time, it is still one project.
    const project = this.started.get(id) ?? new Project(tenant, this.settings.poolSize, this.metrics);
    this.started.set(id, project);
    return project;
  }

  /** Fails where the database does not answer. */
  async check(): Promise<void> {
    await this.database.query(question);
  }

  connections(): ReadonlyMap<string, number> {
    return new Map([...this.started].map(([id, { connections }]) => [id, connections]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.started.values()].map((project) => project.close()));
    await this.database.end();
  }
}
