import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

type Meta = Readonly<Record<string, unknown>>;

/** Presences by key, as the protocol tells them. */
export type State = Record<string, { metas: Meta[] }>;

export interface Diff {
  readonly joins: State;
  readonly leaves: State;
}

interface Entry {
  readonly key: string;
  readonly given: Meta;
  readonly meta: Meta;
}

/** Who is present on one topic, and with what. */
export class Presence {
  private readonly entries = new Map<object, Entry>();

  constructor(private readonly changed: (diff: Diff) => void) {}

  state(): State {
    const state: State = {};
    for (const { key, meta } of this.entries.values()) (state[key] ??= { metas: [] }).metas.push(meta);
    return state;
  }

  /** Adds the owner, or replaces what it told before. */
  track(owner: object, key: string, given: Meta): void {
    const before = this.entries.get(owner);
    if (before !== undefined && isDeepStrictEqual(before.given, given)) return;
    const earlier = before === undefined ? {} : { phx_ref_prev: before.meta["phx_ref"] };
    const meta = { ...given, ...earlier, phx_ref: randomBytes(9).toString("base64") };
    this.entries.set(owner, { key, given, meta });
    this.changed({ joins: { [key]: { metas: [meta] } }, leaves: before === undefined ? {} : one(before) });
  }

  untrack(owner: object): void {
    const entry = this.entries.get(owner);
    if (entry === undefined) return;
    this.entries.delete(owner);
    this.changed({ joins: {}, leaves: one(entry) });
  }
}

const one = ({ key, meta }: Entry): State => ({ [key]: { metas: [meta] } });
