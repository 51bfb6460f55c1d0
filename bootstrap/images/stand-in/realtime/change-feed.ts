import { randomBytes } from "node:crypto";
import type { Client, Pool } from "pg";
import { log } from "../lib/log.js";
import { types, ChangeView, type Change } from "./change-view.js";
import type { Wanted } from "./join.js";
import { connect } from "./login.js";
import type { Login } from "./settings.js";
import type { Claims } from "./tokens.js";
import { checkSelection, publication, readWanted, type Selection } from "./wanted.js";

type Deliver = (ids: readonly number[], data: Record<string, unknown>) => void;

/** One channel's wish to hear of changes. */
export interface Subscription {
  /** Fails, with a reason for the client, where nothing will come. */
  readonly ready: Promise<void>;
  end(): void;
}

interface Subscriber {
  readonly selections: readonly Selection[];
  readonly claims: Claims;
  readonly deliver: Deliver;
}

const pauses = { poll: 250, retry: 10_000 };

const object = (list: string) =>
  `(select jsonb_object_agg(c->>'name', c->>'value') from jsonb_array_elements(d->'${list}') c)`;
const read = `
  select d->>'action' as action, d->>'schema' as schema, d->>'table' as "table",
         to_char((d->>'timestamp')::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as timestamp,
         ${object("columns")} as new, ${object("identity")} as old
  from (
    select data::jsonb as d from pg_logical_slot_get_changes($1, null, 500, 'format-version', '2',
      'include-transaction', 'false', 'include-timestamp', 'true', 'actions', 'insert,update,delete')
  ) changes
  where exists (select from pg_publication_tables p where p.pubname = '${publication}'
                and p.schemaname = d->>'schema' and p.tablename = d->>'table')`;

/** Changes of the database's rows. Its log is read only while somebody is subscribed. */
export class ChangeFeed {
  private readonly subscribers = new Set<Subscriber>();
  private reader?: Promise<Client>;
  private timer?: NodeJS.Timeout;
  private readonly slot = `realtime_stand_in_${randomBytes(6).toString("hex")}`;

  constructor(
    private readonly login: Login,
    private readonly pool: Pool,
  ) {}

  subscribe(wanted: readonly Wanted[], claims: Claims, deliver: Deliver): Subscription {
    let subscriber: Subscriber | undefined;
    let ended = false;
    const begin = async () => {
      const selections = wanted.map(readWanted);
      for (const selection of selections) await checkSelection(this.pool, selection);
      if (ended) return;
      subscriber = { selections, claims, deliver };
      this.subscribers.add(subscriber);
      await this.read();
    };
    const end = () => {
      ended = true;
      if (subscriber !== undefined) this.subscribers.delete(subscriber);
      if (this.subscribers.size === 0) void this.stop();
    };
    return { ready: begin(), end };
  }

  /** Ends the connection, and with it the temporary slot. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const reader = this.reader;
    this.reader = undefined;
    await reader?.then((client) => client.end()).catch(() => undefined);
  }

  private async read(): Promise<void> {
    if (this.reader !== undefined) {
      await this.reader;
      return;
    }
    const reader = this.open();
    this.reader = reader;
    reader.then(
      (client) => this.next(client, pauses.poll),
      () => (this.reader = undefined),
    );
    await reader;
  }

  private async open(): Promise<Client> {
    const client = await connect(this.login);
    await client.query("select pg_create_logical_replication_slot($1, 'wal2json', true)", [this.slot]);
    return client;
  }

  private next(client: Client, pause: number): void {
    this.timer = setTimeout(() => void this.poll(client), pause).unref();
  }

  private async poll(client: Client): Promise<void> {
    try {
      const { rows } = await client.query<Change>(read, [this.slot]);
      for (const change of rows) await this.dispatch(change);
      if (this.reader !== undefined) this.next(client, pauses.poll);
    } catch (error) {
      if (this.reader === undefined) return;
      log(`changes of the database: ${error instanceof Error ? error.message : String(error)}`);
      await this.stop();
      this.timer = setTimeout(() => void this.read().catch(() => undefined), pauses.retry).unref();
    }
  }

  private async dispatch(change: Change): Promise<void> {
    const event = types[change.action];
    for (const { selections, claims, deliver } of this.subscribers) {
      const fitting = selections.filter(
        (selection) =>
          ["*", event].includes(selection.event) &&
          selection.schema === change.schema &&
          ["*", change.table].includes(selection.table),
      );
      if (fitting.length === 0) continue;
      const view = await ChangeView.of(this.pool, change, claims);
      const ids: number[] = [];
      for (const { id, filters } of fitting) if (await view.matches(filters)) ids.push(id);
      const data = ids.length === 0 ? undefined : await view.data(claims);
      if (data !== undefined) deliver(ids, data);
    }
  }
}
