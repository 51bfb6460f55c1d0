import { Environment } from "../lib/env.js";
import { verifier } from "../lib/jwt.js";
import { readImages, type Images } from "./settings-images.js";
import { oneOf, url } from "./settings-names.js";
import { readObjectStore, type ObjectStore } from "./settings-s3.js";

type Values = Readonly<Record<string, string | undefined>>;

/** What the environment asks for, under the Storage API's names. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly maxConnections: number;
  readonly jwtSecret: string;
  /** Further keys that tokens may be signed with, as a JWK set. @default - none */
  readonly jwks?: string;
  readonly tenantId: string;
  readonly objectStore: ObjectStore;
  /** Largest object, in bytes. */
  readonly fileSizeLimit: number;
  /** Seconds that a signed upload URL holds. */
  readonly uploadUrlSeconds: number;
  readonly resumable: Resumable;
  /** @default - images are not transformed */
  readonly images?: Images;
}

export interface Resumable {
  /** Path in the `Location` of a resumable upload. */
  readonly path: string;
  /** Scheme, host and port in that `Location`. @default - those of the request */
  readonly publicUrl?: URL;
  /** Whether `X-Forwarded-Prefix` stands before the path. */
  readonly forwardedPrefix: boolean;
  /** Whether the `Location` is https whatever the request was. */
  readonly forceHttps: boolean;
  /** Bytes of a part in the object store. */
  readonly partSize: number;
  /** Whether unfinished uploads are tagged, for a rule of the object store that removes them. */
  readonly tags: boolean;
}

/** Either the settings, or every mistake in them. */
export async function readSettings(values: Values): Promise<Settings | string[]> {
  const environment = new Environment(values);
  const whole = (name: string, min: number, max = 2 ** 40) => environment.integer(name, { min, max });
  const settings: Settings = {
    host: environment.optional("SERVER_HOST") ?? "0.0.0.0",
    port: environment.port("SERVER_PORT") ?? environment.port("PORT") ?? 5000,
    databaseUrl: databaseUrl(environment),
    maxConnections: whole("DATABASE_MAX_CONNECTIONS", 1, 1000) ?? 20,
    jwtSecret: jwtSecret(environment),
    jwks: jwks(environment),
    tenantId: environment.optional("TENANT_ID") ?? "storage-single-tenant",
    objectStore: readObjectStore(environment),
    fileSizeLimit: whole("UPLOAD_FILE_SIZE_LIMIT", 1) ?? whole("FILE_SIZE_LIMIT", 1) ?? 52_428_800,
    uploadUrlSeconds: whole(oneOf(environment, uploadUrlNames), 1) ?? 60,
    resumable: resumable(environment),
    images: readImages(environment),
  };
  url(environment, "POSTGREST_URL", ["http:", "https:"]);
  await checkKeys(environment, settings.jwtSecret);
  return environment.problems.length > 0 ? environment.problems : settings;
}

const uploadUrlNames = ["UPLOAD_SIGNED_URL_EXPIRATION_TIME", "SIGNED_UPLOAD_URL_EXPIRATION_TIME"] as const;

function databaseUrl(environment: Environment): string {
  const name = "DATABASE_URL";
  const form = "postgres://role:password@host:5432/database";
  if (environment.optional(name) === undefined) environment.reject(name, `is missing: ${form}`);
  const parsed = url(environment, name, ["postgres:", "postgresql:"]);
  if (parsed?.username === "") environment.reject(name, "names no role to log in with");
  return parsed?.href ?? "";
}

function jwtSecret(environment: Environment): string {
  const name = oneOf(environment, ["AUTH_JWT_SECRET", "PGRST_JWT_SECRET"]);
  const secret = environment.optional(name);
  if (secret === undefined) environment.reject(name, "is missing: the secret that tokens are signed with");
  else if (secret.length < 32)
    environment.reject(name, `has ${secret.length} characters, expected at least 32`);
  return secret ?? "";
}

function jwks(environment: Environment): string | undefined {
  const value = environment.optional("JWT_JWKS");
  try {
    if (value !== undefined) JSON.parse(value);
  } catch {
    environment.reject("JWT_JWKS", "is not valid JSON");
  }
  return value;
}

function resumable(environment: Environment): Resumable {
  const path = environment.optional("TUS_URL_PATH");
  const forwardedPrefix = environment.boolean("REQUEST_ALLOW_X_FORWARDED_PATH", false);
  if (path !== undefined && forwardedPrefix)
    environment.reject("TUS_URL_PATH", "cannot stand beside REQUEST_ALLOW_X_FORWARDED_PATH: set one of them");
  if (path !== undefined && !path.startsWith("/"))
    environment.reject("TUS_URL_PATH", `is "${path}", expected a path that begins with /`);
  const megabytes = environment.integer("TUS_PART_SIZE", { min: 5, max: 5000 }) ?? 8;
  return {
    path: path ?? "/upload/resumable",
    publicUrl: url(environment, "STORAGE_PUBLIC_URL", ["http:", "https:"]),
    forwardedPrefix,
    forceHttps: environment.optional("NODE_ENV") === "production",
    partSize: megabytes * 1024 * 1024,
    tags: environment.boolean("TUS_ALLOW_S3_TAGS", true),
  };
}

/** The keys are tokens of the same secret; one of another stack would only be noticed by users. */
async function checkKeys(environment: Environment, secret: string): Promise<void> {
  for (const [name, role] of [
    ["ANON_KEY", "anon"],
    ["SERVICE_KEY", "service_role"],
  ] as const) {
    const key = environment.optional(name);
    if (key === undefined || secret === "") continue;
    const claims = await verifier(secret)(key).catch(() => undefined);
    if (claims === undefined) environment.reject(name, "is not a token that the JWT secret has signed");
    else if (claims.role !== role) environment.reject(name, `is a token of another role, expected ${role}`);
  }
}
