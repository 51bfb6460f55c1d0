/** What a client asks for with `phx_join`. */
export interface Join {
  /** @default - the token of the connection */
  readonly token?: string;
  readonly private: boolean;
  readonly broadcast: { readonly ack: boolean; readonly self: boolean };
  /** @default - a key of the server's choice */
  readonly presence: { readonly enabled: boolean; readonly key?: string };
  readonly changes: readonly Wanted[];
}

/** One binding for changes of the database, answered as it was given. */
export type Wanted = Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const truth = (value: unknown): boolean =>
  value === true || (typeof value === "string" && value.toLowerCase() === "true");

/** Reads the payload leniently, as Realtime does. */
export function readJoin(payload: unknown): Join {
  const { config, access_token, user_token } = fields(payload);
  const wanted = fields(config);
  const [broadcast, presence] = [fields(wanted["broadcast"]), fields(wanted["presence"])];
  const changes = wanted["postgres_changes"];
  const key = presence["key"];
  return {
    token: readToken(user_token) ?? readToken(access_token),
    private: truth(wanted["private"]),
    broadcast: { ack: truth(broadcast["ack"]), self: truth(broadcast["self"]) },
    presence: {
      enabled: truth(presence["enabled"]),
      key: typeof key === "string" && key !== "" ? key : undefined,
    },
    changes: Array.isArray(changes) ? changes.map(fields) : [],
  };
}

/** A token of its own; an API key of the new kind is none. */
export function readToken(value: unknown): string | undefined {
  return typeof value === "string" && !value.startsWith("sb_") ? value : undefined;
}

/** The name and the content of a payload like `{event, payload}`. */
export function readEvent(payload: unknown): { event: string; content: unknown } {
  const { event, payload: content = {} } = fields(payload);
  return { event: typeof event === "string" ? event.toLowerCase() : "", content };
}

/** An object, or undefined. */
export const record = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
