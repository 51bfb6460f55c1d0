import type { JSONWebKeySet } from "jose";
import { Environment } from "../lib/env.js";

/** What the environment asks for, under Realtime's names. */
export interface Settings {
  readonly port: number;
  readonly database: Login;
  readonly poolSize: number;
  /** A statement at the start of each login for the server's own tables; it selects their schema. @default - none */
  readonly afterConnect?: string;
  /** Of AES-128; encrypts what the table of tenants holds in secret. */
  readonly encryptionKey: string;
  readonly tenantName: string;
  /** Signs clients' tokens, and the tokens of the administration. */
  readonly jwtSecret: string;
  /** Secrets of which each is good for the administration. */
  readonly apiSecrets: readonly string[];
  /** More keys of clients' tokens. @default - none */
  readonly jwks?: JSONWebKeySet;
  readonly metricsSecret: string;
  /** The longest header in bytes. */
  readonly maxHeaderLength: number;
  /** Whether old messages are deleted. */
  readonly janitor: boolean;
  /** Milliseconds before a refusal is told, so that clients do not storm. */
  readonly refusalDelay: { readonly connect: number; readonly channel: number };
}

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

const day = 24 * 60 * 60 * 1000;

/** Either the settings, or every mistake in them. */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings | string[] {
  const environment = new Environment(values);
  const required = (name: string, what: string): string => {
    const value = environment.optional(name);
    if (value === undefined) environment.reject(name, `is missing: ${what}`);
    return value ?? "";
  };
  const ofLength = (name: string, least: number, most: number, what: string): string => {
    const value = required(name, what);
    const { length } = Buffer.from(value);
    if (value !== "" && (length < least || length > most))
      environment.reject(name, `has ${length} characters, expected ${what}`);
    return value;
  };
  const milliseconds = (name: string, fallback: number) =>
    environment.integer(name, { min: 0, max: day }) ?? fallback;

  required("APP_NAME", "the name that the server goes by");
  ofLength("SECRET_KEY_BASE", 64, Infinity, "at least 64 characters");
  required("DB_PORT", "the database's port");
  const jwtSecret = required("API_JWT_SECRET", "the secret that clients' tokens are signed with");
  const next = environment.optional("API_JWT_SECRET_NEXT");
  const settings: Settings = {
    port: environment.port("PORT") ?? 4000,
    database: {
      host: required("DB_HOST", "the database's host"),
      port: environment.port("DB_PORT") ?? 5432,
      user: required("DB_USER", "the role to log in with"),
      password: required("DB_PASSWORD", "that role's password"),
      name: required("DB_NAME", "the database's name"),
    },
    poolSize: environment.integer("DB_POOL_SIZE", { min: 1, max: 1000 }) ?? 5,
    afterConnect: environment.optional("DB_AFTER_CONNECT_QUERY"),
    encryptionKey: ofLength("DB_ENC_KEY", 16, 16, "exactly 16 characters"),
    tenantName: environment.optional("SELF_HOST_TENANT_NAME") ?? "realtime-dev",
    jwtSecret,
    apiSecrets: next === undefined ? [jwtSecret] : [jwtSecret, next],
    jwks: keySet(environment, values["API_JWT_JWKS"]),
    metricsSecret: required("METRICS_JWT_SECRET", "the secret that tokens for /metrics are signed with"),
    maxHeaderLength: environment.integer("MAX_HEADER_LENGTH", { min: 256, max: 1_000_000 }) ?? 4096,
    janitor: environment.boolean("RUN_JANITOR", false),
    refusalDelay: {
      connect: milliseconds("CONNECT_ERROR_BACKOFF_MS", 2000),
      channel: milliseconds("CHANNEL_ERROR_BACKOFF_MS", 5000),
    },
  };
  // Without effect here, and still checked.
  environment.boolean("DISABLE_HEALTHCHECK_LOGGING", false);
  environment.integer("RLIMIT_NOFILE", { min: 1, max: 2 ** 31 - 1 });
  return environment.problems.length > 0 ? environment.problems : settings;
}

/** Upstream reads an empty text as JSON too, and fails. */
function keySet(environment: Environment, text: string | undefined): JSONWebKeySet | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && "keys" in parsed && Array.isArray(parsed.keys))
      return { keys: parsed.keys as JSONWebKeySet["keys"] };
  } catch {
    // Told below, without the text: it may hold a secret key.
  }
  environment.reject("API_JWT_JWKS", 'is not a key set of the form {"keys":[…]}; leave it unset for none');
  return undefined;
}
