/** A message of the Phoenix protocol. */
export interface Message {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** A broadcast that carries its content unread. */
export class UserBroadcast {
  constructor(
    readonly event: string,
    readonly encoding: "json" | "binary",
    readonly content: Buffer,
  ) {}
}

/** Bytes of a payload. */
export const sizeOf = (payload: unknown): number =>
  payload instanceof UserBroadcast ? payload.content.length : Buffer.byteLength(JSON.stringify(payload));

/** How messages look on the wire, in one version of the protocol. */
export interface Codec {
  /** Throws on what is no message. */
  decode(data: Buffer, binary: boolean): Message;
  /** Undefined where this version has no form for it. */
  encode(message: Message): string | Buffer | undefined;
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

function message(joinRef: unknown, ref: unknown, topic: unknown, event: unknown, payload: unknown): Message {
  if (typeof topic !== "string" || typeof event !== "string") throw new TypeError("no message");
  return { joinRef: text(joinRef), ref: text(ref), topic, event, payload: payload ?? {} };
}

const first: Codec = {
  decode(data, binary) {
    if (binary) throw new TypeError("no binary frames in version 1");
    const { join_ref, ref, topic, event, payload } = JSON.parse(data.toString()) as Record<string, unknown>;
    return message(join_ref, ref, topic, event, payload);
  },
  encode({ joinRef, ref, topic, event, payload }) {
    if (payload instanceof UserBroadcast && payload.encoding === "binary") return undefined;
    const told =
      payload instanceof UserBroadcast
        ? { type: event, event: payload.event, payload: JSON.parse(payload.content.toString()) as unknown }
        : payload;
    return JSON.stringify({ join_ref: joinRef, ref, topic, event, payload: told });
  },
};

/** First bytes of binary frames. */
const kinds = { push: 3, broadcast: 4 };

const second: Codec = {
  decode(data, binary) {
    if (binary) return decodePush(data);
    const [joinRef, ref, topic, event, payload] = JSON.parse(data.toString()) as unknown[];
    return message(joinRef, ref, topic, event, payload);
  },
  encode({ joinRef, ref, topic, event, payload }) {
    return payload instanceof UserBroadcast
      ? encodeBroadcast(topic, payload)
      : JSON.stringify([joinRef, ref, topic, event, payload]);
  },
};

/** Six lengths and texts after the kind; what is left is the content. */
function decodePush(data: Buffer): Message {
  if (data[0] !== kinds.push || data.length < 7) throw new TypeError("an unknown kind of frame");
  let offset = 7;
  const [joinRef, ref, topic, event] = [...data.subarray(1, 6)].map((length) =>
    data.toString("utf8", offset, (offset += length)),
  );
  if (offset > data.length) throw new TypeError("a frame that is too short");
  const encoding = data[6] === 0 ? "binary" : "json";
  const content = data.subarray(offset);
  return message(joinRef, ref, topic, "broadcast", new UserBroadcast(event ?? "", encoding, content));
}

function encodeBroadcast(topic: string, { event, encoding, content }: UserBroadcast): Buffer {
  const [topicBytes, eventBytes] = [Buffer.from(topic), Buffer.from(event)];
  const head = [kinds.broadcast, topicBytes.length, eventBytes.length, 0, encoding === "json" ? 1 : 0];
  return Buffer.concat([Buffer.from(head), topicBytes, eventBytes, content]);
}

/** The codec that a client asks for, or undefined. */
export function codec(version: string): Codec | undefined {
  return { "1": first, "2": second }[/^([12])\.0\.\d+$/.exec(version)?.[1] ?? ""];
}
