import type { FunctionDefinition } from "./definition.ts";
import { Environment } from "./environment.ts";

type Values = Readonly<Record<string, string | undefined>>;

/** What the environment asks for. */
export interface Settings {
  /** Folder with one folder for each function. @default "/home/deno/functions" */
  readonly folder: string;
  /** Address to listen on, where the runtime does not decide it. @default "0.0.0.0" */
  readonly hostname: string;
  /** @default 9000 */
  readonly port: number;
  /** Whether functions that do not say so themselves demand a valid token. @default true */
  readonly verifyJwt: boolean;
  /** Secret that HS256 tokens are signed with, at least 32 characters. @default - none; then nothing may verify */
  readonly jwtSecret?: string;
  /** Public keys of ES256 and RS256 tokens. @default - none */
  readonly jwks: readonly JsonWebKey[];
  readonly limits: Limits;
  /** The environment of the functions: everything that is not reserved to `main`. */
  readonly functionEnvironment: Readonly<Record<string, string>>;
}

/** What one function may use. */
export interface Limits {
  /** Megabytes. @default 150 */
  readonly memory: number;
  /** Milliseconds that a request may take altogether. @default 400000 */
  readonly wallClock: number;
  /**
   * Milliseconds until a function has to begin its answer, and after which an unused one is ended.
   * @default 150000
   */
  readonly idle: number;
}

/** Least privilege: a function talks to the platform with its keys, and must not be able to sign tokens. */
const reserved = ["JWT_SECRET", "SUPABASE_JWKS", "VERIFY_JWT"];
const reservedPrefixes = ["FUNCTIONS_", "EDGE_RUNTIME_"];

/** Either the settings, or every mistake in them. */
export function readSettings(values: Values, functions: readonly FunctionDefinition[]): Settings | string[] {
  const environment = new Environment(values);
  environment.required("SUPABASE_URL", "the address at which functions reach the platform");
  environment.address("SUPABASE_URL", ["http:", "https:"]);
  environment.address("SUPABASE_PUBLIC_URL", ["http:", "https:"]);
  environment.address("SUPABASE_DB_URL", ["postgres:", "postgresql:"]);
  environment.address("REDIS_URL", ["redis:", "rediss:"]);
  environment.required("SUPABASE_ANON_KEY", "the key of requests without a user");
  environment.required("SUPABASE_SERVICE_ROLE_KEY", "the key of requests that may do everything");
  const verifyJwt = environment.boolean("VERIFY_JWT", true);
  const verifies = verifyJwt || functions.some((definition) => definition.verifyJwt === true);
  const settings: Settings = {
    folder: environment.optional("FUNCTIONS_FOLDER") ?? defaultFolder,
    hostname: environment.optional("EDGE_RUNTIME_IP") ?? "0.0.0.0",
    port: environment.integer("EDGE_RUNTIME_PORT", 9000, 65535),
    verifyJwt,
    jwtSecret: environment.secret("JWT_SECRET", "the secret that tokens are signed with", verifies),
    jwks: environment.keySet("SUPABASE_JWKS"),
    limits: {
      memory: environment.integer("FUNCTIONS_MEMORY_MB", 150),
      wallClock: environment.integer("FUNCTIONS_WALL_CLOCK_MS", 400_000),
      idle: environment.integer("FUNCTIONS_IDLE_TIMEOUT_MS", 150_000),
    },
    functionEnvironment: functionEnvironment(values),
  };
  return environment.problems.length > 0 ? environment.problems : settings;
}

/** Where the edge runtime has its functions. */
export const defaultFolder = "/home/deno/functions";

function functionEnvironment(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      const isReserved =
        reserved.includes(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix));
      return value !== undefined && !isReserved;
    }),
  );
}
