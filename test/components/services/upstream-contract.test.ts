// The upstream programs cannot be had everywhere, so their contract is a table: what each refuses to start without, and the
// form that it wants. The stand-ins refuse by the same names; this holds the program to them.
import { ownVariables } from "../../../components/services/variables.js";
import { type Registered, runProgram, stackConfig } from "../../support/mocks.js";

const url = /^https?:\/\/[^\s]+$/;
const databaseUrl = (role: string) => new RegExp(`^postgres://${role}:[^@/?#:&]+@postgres:5432/postgres$`);
const secret = /^.{40}$/;
const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const number = /^\d+$/;

const contract: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  auth: {
    GOTRUE_DB_DRIVER: /^postgres$/,
    GOTRUE_DB_DATABASE_URL: databaseUrl("supabase_auth_admin"),
    GOTRUE_DB_MAX_POOL_SIZE: number,
    GOTRUE_JWT_SECRET: secret,
    API_EXTERNAL_URL: /^https:\/\/api\.sobertube\.local:8000\/auth\/v1$/,
    GOTRUE_JWT_ISSUER: /^https:\/\/api\.sobertube\.local:8000\/auth\/v1$/,
    GOTRUE_SITE_URL: /^https:\/\/sobertube\.local$/,
    GOTRUE_URI_ALLOW_LIST: /^https:\/\/sobertube\.local\/\*\*$/,
    GOTRUE_API_HOST: /^0\.0\.0\.0$/,
    GOTRUE_API_PORT: /^9999$/,
    GOTRUE_SMTP_HOST: /^[\w.-]+$/,
    GOTRUE_SMTP_PORT: number,
    GOTRUE_SMTP_ADMIN_EMAIL: /^[^@]+@[^@]+$/,
    GOTRUE_SMTP_MAX_FREQUENCY: /^\d+(ms|s|m|h)$/,
    GOTRUE_MAILER_URLPATHS_CONFIRMATION: /^\/auth\/v1\/verify$/,
    OTEL_EXPORTER_PROMETHEUS_PORT: /^9100$/,
  },
  realtime: {
    METRICS_JWT_SECRET: secret,
    API_JWT_SECRET: secret,
    SECRET_KEY_BASE: /^.{64,}$/,
    DB_ENC_KEY: /^.{16}$/,
    APP_NAME: /^realtime$/,
    DB_HOST: /^postgres$/,
    DB_PORT: /^5432$/,
    DB_NAME: /^postgres$/,
    DB_USER: /^supabase_admin$/,
    DB_PASSWORD: secret,
    DB_AFTER_CONNECT_QUERY: /^SET search_path TO _realtime$/,
    DB_POOL_SIZE: number,
    // Compared letter by letter.
    SEED_SELF_HOST: /^true$/,
    SELF_HOST_TENANT_NAME: /^realtime$/,
  },
  storage: {
    DATABASE_URL: databaseUrl("supabase_storage_admin"),
    DATABASE_MAX_CONNECTIONS: number,
    AUTH_JWT_SECRET: secret,
    ANON_KEY: jwt,
    SERVICE_KEY: jwt,
    POSTGREST_URL: url,
    STORAGE_PUBLIC_URL: /^https:\/\/api\.sobertube\.local:8000\/storage\/v1$/,
    STORAGE_BACKEND: /^s3$/,
    GLOBAL_S3_BUCKET: /^[a-z0-9-]{3,63}$/,
    GLOBAL_S3_ENDPOINT: url,
    GLOBAL_S3_FORCE_PATH_STYLE: /^true$/,
    AWS_ACCESS_KEY_ID: /^.{3,}$/,
    AWS_SECRET_ACCESS_KEY: /^.{8,}$/,
    REGION: /^[a-z]+-[a-z]+-\d$/,
    TENANT_ID: /^\w+$/,
    FILE_SIZE_LIMIT: number,
    IMGPROXY_URL: url,
    RATE_LIMITER_DRIVER: /^redis$/,
    RATE_LIMITER_REDIS_URL: /^redis:\/\/:.{40}@redis:6379$/,
  },
  minio: { MINIO_ROOT_USER: /^.{3,}$/, MINIO_ROOT_PASSWORD: /^.{8,}$/ },
  "edge-functions": {
    JWT_SECRET: secret,
    SUPABASE_URL: /^http:\/\/nginx:8001$/,
    SUPABASE_ANON_KEY: jwt,
    SUPABASE_SERVICE_ROLE_KEY: jwt,
    SUPABASE_DB_URL: databaseUrl("postgres"),
    REDIS_URL: /^redis:\/\/:.{40}@redis:6379$/,
  },
  imgproxy: { IMGPROXY_BIND: /^:8080$/, IMGPROXY_PROMETHEUS_BIND: /^:8081$/ },
  grafana: { GF_SECURITY_ADMIN_PASSWORD__FILE: /^\/.+/, GF_PATHS_PROVISIONING: /^\/.+/ },
  "postgres-exporter": { DATA_SOURCE_URI: /^postgres:5432\//, DATA_SOURCE_PASS_FILE: /^\/.+/ },
};

const secretMark = "4dabf18193072939515e22adb298388d";

function plain(value: unknown): unknown {
  const wrapped = typeof value === "object" && value !== null && secretMark in value;
  return wrapped ? plain((value as unknown as { value: unknown }).value) : value;
}

let resources: Registered[];

beforeAll(async () => {
  ({ resources } = await runProgram("dev", stackConfig("dev")));
});

/** Everything that a service's program finds in its environment. */
function environmentOf(service: string): Record<string, string> {
  const inputs = (name: string) => resources.find((one) => one.name === name)?.inputs;
  const envs = (plain(inputs(`${service}-container`)?.envs) ?? []) as string[];
  const uploads = (plain(inputs(`${service}-environment-carrier`)?.uploads) ?? []) as { content: unknown }[];
  const lines = uploads.flatMap(({ content }) => String(plain(content)).split("\n").filter(Boolean));
  const pairs = [...envs.map(String), ...lines.map((line) => line.replace(/^export /, ""))];
  return Object.fromEntries(
    pairs.map((pair) => [
      pair.slice(0, pair.indexOf("=")),
      pair.slice(pair.indexOf("=") + 1).replace(/^'(.*)'$/, "$1"),
    ]),
  );
}

it.each(Object.entries(contract))(
  "%s gets what it refuses to start without, well formed",
  (service, table) => {
    const environment = environmentOf(service);
    for (const [variable, form] of Object.entries(table)) {
      expect({ variable, value: environment[variable] ?? "" }).toEqual({
        variable,
        value: expect.stringMatching(form) as string,
      });
    }
  },
);

it.each(Object.entries(ownVariables))(
  "%s gets the variables that are listed as its own, and no others",
  (service, own) => {
    expect(Object.keys(environmentOf(service)).sort()).toEqual([...own].sort());
  },
);

it("every service that is given a URL logs in to the database under its own role", () => {
  const roles = ["auth", "storage", "edge-functions"].map((service) =>
    Object.values(environmentOf(service)).flatMap((value) => /^postgres:\/\/(\w+):/.exec(value)?.[1] ?? []),
  );
  expect(roles).toEqual([["supabase_auth_admin"], ["supabase_storage_admin"], ["postgres"]]);
});
