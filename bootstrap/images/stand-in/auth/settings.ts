import { Environment } from "../lib/env.js";
import { glob } from "./glob.js";
import { readMailSettings, type MailSettings } from "./mail-settings.js";
import { readProviders, type Provider } from "./providers.js";
import { required, requiredUrl } from "./values.js";

/** What the environment asks for, under GoTrue's names. */
export interface Settings {
  readonly server: Address;
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly externalUrl: string;
  readonly siteUrl: string;
  /** Where users may be sent to, apart from the site. */
  readonly allowed: readonly RegExp[];
  readonly jwt: JwtSettings;
  readonly signups: SignupSettings;
  readonly mail: MailSettings;
  readonly providers: ReadonlyMap<string, Provider>;
  /** @default - no metrics server */
  readonly metrics?: Address;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface JwtSettings {
  readonly secret: string;
  /** Seconds for which an access token is good. */
  readonly expiry: number;
  readonly audience: string;
  /** @default - tokens name no issuer */
  readonly issuer?: string;
  readonly adminRoles: readonly string[];
  readonly defaultRole: string;
}

export interface SignupSettings {
  readonly disabled: boolean;
  readonly email: boolean;
  readonly anonymous: boolean;
  /** Whether an address counts as confirmed without a mail. */
  readonly autoconfirm: boolean;
  readonly passwordLength: number;
}

/** Either the settings, or every mistake in them. */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings | string[] {
  const environment = new Environment(values);
  const settings: Settings = {
    server: {
      host: environment.optional("GOTRUE_API_HOST") ?? "0.0.0.0",
      port: environment.port("GOTRUE_API_PORT") ?? environment.port("PORT") ?? 8081,
    },
    database: readDatabase(environment),
    externalUrl: requiredUrl(environment, "API_EXTERNAL_URL", "where users reach this service"),
    siteUrl: requiredUrl(environment, "GOTRUE_SITE_URL", "where users are sent after a login"),
    allowed: readAllowed(environment),
    jwt: readJwt(environment),
    signups: readSignups(environment),
    mail: readMailSettings(environment),
    providers: readProviders(environment),
    metrics: readMetrics(environment),
  };
  return environment.problems.length > 0 ? environment.problems : settings;
}

function readDatabase(environment: Environment): Settings["database"] {
  const driver = required(environment, "GOTRUE_DB_DRIVER", "the only one is postgres");
  if (!["", "postgres"].includes(driver)) {
    environment.reject("GOTRUE_DB_DRIVER", `is "${driver}", expected postgres`);
  }
  const name = environment.optional("GOTRUE_DB_DATABASE_URL") ? "GOTRUE_DB_DATABASE_URL" : "DATABASE_URL";
  const form = "postgres://role:password@host:5432/database";
  const url = required(environment, name, form);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // The value itself holds a password, so it is not repeated.
  if (url !== "" && (!/^postgres(ql)?:$/.test(parsed?.protocol ?? "") || parsed?.username === "")) {
    environment.reject(name, `is not of the form ${form}`);
  }
  const poolSize = environment.integer("GOTRUE_DB_MAX_POOL_SIZE", { min: 0, max: 1000 });
  return { url, poolSize: poolSize || 10 };
}

function readAllowed(environment: Environment): RegExp[] {
  const name = "GOTRUE_URI_ALLOW_LIST";
  return environment.list(name, "").flatMap((pattern) => {
    const expression = glob(pattern);
    if (expression === undefined)
      environment.reject(name, `holds "${pattern}", which is no complete pattern`);
    return expression ?? [];
  });
}

function readJwt(environment: Environment): JwtSettings {
  return {
    secret: required(environment, "GOTRUE_JWT_SECRET", "the secret that tokens are signed with"),
    expiry: environment.integer("GOTRUE_JWT_EXP", { min: 0, max: 2 ** 31 - 1 }) || 3600,
    audience: environment.optional("GOTRUE_JWT_AUD") ?? "",
    issuer: environment.optional("GOTRUE_JWT_ISSUER"),
    adminRoles: environment.list("GOTRUE_JWT_ADMIN_ROLES", "service_role,supabase_admin"),
    defaultRole: environment.optional("GOTRUE_JWT_DEFAULT_GROUP_NAME") ?? "",
  };
}

function readSignups(environment: Environment): SignupSettings {
  return {
    disabled: environment.boolean("GOTRUE_DISABLE_SIGNUP", false),
    email: environment.boolean("GOTRUE_EXTERNAL_EMAIL_ENABLED", true),
    anonymous: environment.boolean("GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED", false),
    autoconfirm: environment.boolean("GOTRUE_MAILER_AUTOCONFIRM", false),
    passwordLength: Math.max(environment.integer("GOTRUE_PASSWORD_MIN_LENGTH", { min: 0, max: 72 }) ?? 6, 6),
  };
}

function readMetrics(environment: Environment): Address | undefined {
  const enabled = environment.boolean("GOTRUE_METRICS_ENABLED", false);
  const port = environment.port("OTEL_EXPORTER_PROMETHEUS_PORT") ?? 9100;
  const exporter = environment.optional("GOTRUE_METRICS_EXPORTER") ?? "opentelemetry";
  if (enabled && exporter !== "prometheus") {
    environment.reject("GOTRUE_METRICS_EXPORTER", `is "${exporter}", and this stand-in has prometheus alone`);
  }
  return enabled
    ? { host: environment.optional("OTEL_EXPORTER_PROMETHEUS_HOST") ?? "0.0.0.0", port }
    : undefined;
}
