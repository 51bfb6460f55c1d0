import type { Codec, Message } from "./frames.js";
import { Presence } from "./presence.js";

/** Who hears what is sent to a topic. */
export interface Listener {
  /** The topic's name as the client knows it. */
  readonly topic: string;
  readonly codec: Codec;
  hears(kind: "broadcast" | "presence"): boolean;
  send(frame: string | Buffer): void;
}

/** One topic of a project, public or private; both kinds share no listener. */
export class Topic {
  readonly listeners = new Set<Listener>();
  readonly presence = new Presence((diff) => this.tell("presence", "presence_diff", diff));

  /** Sends to every listener but one; each version of the protocol is encoded once. */
  tell(kind: "broadcast" | "presence", event: string, payload: unknown, except?: Listener): void {
    const frames = new Map<Codec, string | Buffer | undefined>();
    for (const listener of this.listeners) {
      if (listener === except || !listener.hears(kind)) continue;
      const { codec, topic } = listener;
      if (!frames.has(codec)) {
        const message: Message = { joinRef: null, ref: null, topic, event, payload };
        frames.set(codec, codec.encode(message));
      }
      const frame = frames.get(codec);
      if (frame !== undefined) listener.send(frame);
    }
  }
}

/** The topics of one project that somebody listens to. */
export class Hub {
  private readonly topics = new Map<string, Topic>();

  /** The topic with its listeners, or undefined while there are none. */
  get(name: string, isPrivate: boolean): Topic | undefined {
    return this.topics.get(key(name, isPrivate));
  }

  join(name: string, isPrivate: boolean, listener: Listener): Topic {
    const topic = this.get(name, isPrivate) ?? new Topic();
    this.topics.set(key(name, isPrivate), topic);
    topic.listeners.add(listener);
    return topic;
  }

  leave(name: string, isPrivate: boolean, listener: Listener): void {
    const topic = this.get(name, isPrivate);
    topic?.listeners.delete(listener);
    topic?.presence.untrack(listener);
    if (topic?.listeners.size === 0) this.topics.delete(key(name, isPrivate));
  }
}

const key = (name: string, isPrivate: boolean): string => `${isPrivate ? "private" : "public"}:${name}`;
