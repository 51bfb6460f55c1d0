import { Environment } from "../lib/env.js";

/** What the environment asks for, under PostgREST's names. */
export interface Settings {
  readonly databaseUri: string;
  readonly schemas: readonly string[];
  readonly extraSearchPath: readonly string[];
  /** @default - requests without a token are refused */
  readonly anonRole?: string;
  /** @default - requests with a token are refused */
  readonly jwtSecret?: string;
  /** @default - no limit */
  readonly maxRows?: number;
  readonly poolSize: number;
  readonly server: Address;
  /** @default - no admin server */
  readonly admin?: Address;
  /** Database settings of every request, by name. */
  readonly appSettings: Readonly<Record<string, string>>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Either the settings, or every mistake in them. */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings | string[] {
  const environment = new Environment(values);
  const settings: Settings = {
    databaseUri: databaseUri(environment),
    schemas: environment.list("PGRST_DB_SCHEMAS", "public"),
    extraSearchPath: environment.list("PGRST_DB_EXTRA_SEARCH_PATH", "public"),
    anonRole: environment.optional("PGRST_DB_ANON_ROLE"),
    jwtSecret: jwtSecret(environment),
    maxRows: environment.integer("PGRST_DB_MAX_ROWS", { min: 1, max: 2 ** 31 - 1 }),
    poolSize: environment.integer("PGRST_DB_POOL", { min: 1, max: 1000 }) ?? 10,
    server: {
      host: host(environment, "PGRST_SERVER_HOST"),
      port: environment.port("PGRST_SERVER_PORT") ?? 3000,
    },
    admin: adminAddress(environment),
    appSettings: appSettings(values),
  };
  // Has had no effect since PostgREST 12, and is still checked.
  environment.boolean("PGRST_DB_USE_LEGACY_GUCS", false);
  return environment.problems.length > 0 ? environment.problems : settings;
}

/** The admin server's address, which the health check needs without all the rest. */
export function adminAddress(environment: Environment): Address | undefined {
  const port = environment.port("PGRST_ADMIN_SERVER_PORT");
  const fallback = environment.optional("PGRST_SERVER_HOST") === undefined ? undefined : "PGRST_SERVER_HOST";
  const name = environment.optional("PGRST_ADMIN_SERVER_HOST") ? "PGRST_ADMIN_SERVER_HOST" : fallback;
  return port === undefined
    ? undefined
    : { host: host(environment, name ?? "PGRST_ADMIN_SERVER_HOST"), port };
}

/** PostgREST's words for "every address" in the form that sockets take. */
function host(environment: Environment, name: string): string {
  const value = environment.optional(name) ?? "!4";
  const words: Record<string, string> = {
    "*": "::",
    "*4": "0.0.0.0",
    "!4": "0.0.0.0",
    "*6": "::",
    "!6": "::",
  };
  return words[value] ?? value;
}

function databaseUri(environment: Environment): string {
  const name = "PGRST_DB_URI";
  const uri = environment.requiredOrFile(
    name,
    "postgres://role:password@host:5432/database, or @/path/of/file",
  );
  if (uri === "") return uri;
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
  // The value itself holds a password, so it is not repeated.
  if (parsed === undefined || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    environment.reject(name, "is not of the form postgres://role:password@host:5432/database");
  } else if (parsed.username === "") {
    environment.reject(name, "names no role to log in with");
  }
  return uri;
}

function jwtSecret(environment: Environment): string | undefined {
  const name = "PGRST_JWT_SECRET";
  const secret = environment.optionalOrFile(name);
  if (secret?.trimStart().startsWith("{")) {
    try {
      JSON.parse(secret);
    } catch {
      environment.reject(name, "begins like a JWK or a JWK set, and is not valid JSON");
    }
  } else if (secret !== undefined && secret.length < 32) {
    environment.reject(name, `has ${secret.length} characters, expected at least 32`);
  }
  return secret;
}

function appSettings(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const prefix = "PGRST_APP_SETTINGS_";
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name, value]) => name.startsWith(prefix) && value !== undefined)
      .map(([name, value]) => [`app.settings.${name.slice(prefix.length).toLowerCase()}`, value ?? ""]),
  );
}
