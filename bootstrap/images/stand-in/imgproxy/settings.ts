import { availableParallelism } from "node:os";
import { Environment } from "../lib/env.js";

/** What the environment asks for, under imgproxy's names. */
export interface Settings {
  readonly bind: Address;
  /** @default - no metrics */
  readonly prometheusBind?: Address;
  /** Prefix of the metrics' names. @default - none */
  readonly prometheusNamespace?: string;
  /** Seconds for a whole request. */
  readonly timeout: number;
  /** Seconds for the source. */
  readonly downloadTimeout: number;
  readonly workers: number;
  /** Requests that may wait for a worker. @default - no limit */
  readonly queueSize?: number;
  /** Pixels of a source. */
  readonly maxSourceResolution: number;
  /** Bytes of a source. */
  readonly maxSourceSize: number;
  readonly maxRedirects: number;
  readonly sources: Sources;
  readonly quality: number;
  readonly autoWebp: boolean;
  readonly useEtag: boolean;
  /** Seconds that a result may be cached. */
  readonly ttl: number;
  /** Pairs of key and salt; without any, signatures are not looked at. */
  readonly signing: readonly SigningPair[];
  readonly developmentErrors: boolean;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface SigningPair {
  readonly key: Buffer;
  readonly salt: Buffer;
}

/** Where a source may lie. */
export interface Sources {
  readonly loopback: boolean;
  readonly linkLocal: boolean;
  readonly private: boolean;
  /** Folder that `local://` leads to. @default - no local files */
  readonly localRoot?: string;
}

// The source is held in memory, so there is a limit where imgproxy has none.
const largestSource = 64 * 1024 * 1024;

/** Either the settings, or every mistake in them. */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings | string[] {
  const environment = new Environment(values);
  const whole = (name: string, min: number, max = 2 ** 31 - 1) => environment.integer(name, { min, max });
  const settings: Settings = {
    bind: bindAddress(environment),
    prometheusBind: address(environment, "IMGPROXY_PROMETHEUS_BIND"),
    prometheusNamespace: namespace(environment),
    timeout: whole("IMGPROXY_TIMEOUT", 1, 3600) ?? 10,
    downloadTimeout: whole("IMGPROXY_DOWNLOAD_TIMEOUT", 1, 3600) ?? 5,
    workers: whole("IMGPROXY_WORKERS", 1, 1024) ?? availableParallelism() * 2,
    queueSize: whole("IMGPROXY_REQUESTS_QUEUE_SIZE", 0) || undefined,
    maxSourceResolution: megapixels(environment, "IMGPROXY_MAX_SRC_RESOLUTION") ?? 50_000_000,
    maxSourceSize: Math.min(whole("IMGPROXY_MAX_SRC_FILE_SIZE", 0) || largestSource, largestSource),
    maxRedirects: whole("IMGPROXY_MAX_REDIRECTS", 0, 100) ?? 10,
    sources: {
      loopback: environment.boolean("IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES", false),
      linkLocal: environment.boolean("IMGPROXY_ALLOW_LINK_LOCAL_SOURCE_ADDRESSES", false),
      private: environment.boolean("IMGPROXY_ALLOW_PRIVATE_SOURCE_ADDRESSES", true),
      localRoot: localRoot(environment),
    },
    quality: whole("IMGPROXY_QUALITY", 1, 100) ?? 80,
    autoWebp: environment.boolean("IMGPROXY_AUTO_WEBP", false),
    useEtag: environment.boolean("IMGPROXY_USE_ETAG", false),
    ttl: whole("IMGPROXY_TTL", 0) ?? 31_536_000,
    signing: signingPairs(environment),
    developmentErrors: environment.boolean("IMGPROXY_DEVELOPMENT_ERRORS_MODE", false),
  };
  const { bind, prometheusBind } = settings;
  if (prometheusBind?.port === bind.port)
    environment.reject("IMGPROXY_PROMETHEUS_BIND", `is the port of IMGPROXY_BIND, expected another`);
  return environment.problems.length > 0 ? environment.problems : settings;
}

/** The main server's address, which the health check needs without all the rest. */
export function bindAddress(environment: Environment): Address {
  return address(environment, "IMGPROXY_BIND") ?? { host: "::", port: 8080 };
}

function address(environment: Environment, name: string): Address | undefined {
  const value = environment.optional(name);
  if (value === undefined) return undefined;
  const [, host = "", digits = ""] = /^(\[[0-9a-f:]+\]|[^:]*):(\d{1,5})$/i.exec(value) ?? [];
  const port = Number(digits);
  if (port < 1 || port > 65535) {
    environment.reject(name, `is "${value}", expected host:port or :port`);
    return undefined;
  }
  return { host: host === "" ? "::" : host.replace(/^\[|\]$/g, ""), port };
}

function namespace(environment: Environment): string | undefined {
  const name = "IMGPROXY_PROMETHEUS_NAMESPACE";
  const value = environment.optional(name);
  if (value !== undefined && !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value))
    environment.reject(name, `is "${value}", expected letters, digits and underscores`);
  return value;
}

function megapixels(environment: Environment, name: string): number | undefined {
  const value = environment.optional(name);
  if (value === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(value) || Number(value) <= 0)
    environment.reject(name, `is "${value}", expected a positive number of megapixels`);
  return Math.floor(Number(value) * 1_000_000);
}

function localRoot(environment: Environment): string | undefined {
  const name = "IMGPROXY_LOCAL_FILESYSTEM_ROOT";
  const value = environment.optional(name);
  if (value !== undefined && !value.startsWith("/"))
    environment.reject(name, `is "${value}", expected an absolute path`);
  return value;
}

function signingPairs(environment: Environment): SigningPair[] {
  const [keys, salts] = ["IMGPROXY_KEY", "IMGPROXY_SALT"].map((name) =>
    environment.list(name, "").map((value) => hexadecimal(environment, name, value)),
  ) as [Buffer[], Buffer[]];
  if (keys.length !== salts.length)
    environment.reject("IMGPROXY_KEY", `has ${keys.length} keys, and IMGPROXY_SALT ${salts.length} salts`);
  return keys.map((key, i) => ({ key, salt: salts[i] ?? Buffer.alloc(0) }));
}

// The value is a secret, so it is not repeated.
function hexadecimal(environment: Environment, name: string, value: string): Buffer {
  if (!/^([0-9a-f]{2})+$/i.test(value)) environment.reject(name, "is not hexadecimal");
  return Buffer.from(value, "hex");
}
