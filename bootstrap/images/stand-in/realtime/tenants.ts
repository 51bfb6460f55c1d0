import type { JSONWebKeySet } from "jose";
import type { Client, Pool } from "pg";
import { decrypt, encrypt } from "./encryption.js";
import type { Login, Settings } from "./settings.js";

/** One project, as the tables hold it. */
export interface Tenant {
  readonly externalId: string;
  readonly jwtSecret: string;
  readonly jwks?: JSONWebKeySet;
  readonly database: Login;
  readonly limits: Limits;
}

export interface Limits {
  readonly users: number;
  readonly channelsPerClient: number;
  /** On average over a minute, or over the time since the first one. */
  readonly eventsPerSecond: number;
  readonly payloadBytes: number;
}

interface Row {
  external_id: string;
  jwt_secret: string;
  jwt_jwks: JSONWebKeySet | null;
  max_concurrent_users: number;
  max_channels_per_client: number;
  max_events_per_second: number;
  max_payload_size_in_kb: number;
  settings: Record<"db_host" | "db_port" | "db_name" | "db_user" | "db_password", string>;
}

/** Writes the tenant of the settings anew, so that changed secrets take effect with a restart. */
export async function seed(client: Client, settings: Settings): Promise<void> {
  const { encryptionKey, tenantName, jwtSecret, jwks, database } = settings;
  const hidden = (text: string) => encrypt(text, encryptionKey);
  const extension = {
    db_host: hidden(database.host),
    db_port: hidden(String(database.port)),
    db_name: hidden(database.name),
    db_user: hidden(database.user),
    db_password: hidden(database.password),
    ...{ region: "us-east-1", poll_interval_ms: 100, poll_max_record_bytes: 1_048_576, ssl_enforced: false },
  };
  await client.query("begin");
  await client.query("delete from tenants where external_id = $1", [tenantName]);
  await client.query(
    "insert into tenants (name, external_id, jwt_secret, jwt_jwks) values ($1, $1, $2, $3::jsonb)",
    [tenantName, hidden(jwtSecret), jwks === undefined ? null : JSON.stringify(jwks)],
  );
  await client.query(
    "insert into extensions (type, tenant_external_id, settings) values ('postgres_cdc_rls', $1, $2::jsonb)",
    [tenantName, JSON.stringify(extension)],
  );
  await client.query("commit");
}

/** Reads a tenant, or undefined where there is none of that name. */
export async function find(
  database: Client | Pool,
  externalId: string,
  key: string,
): Promise<Tenant | undefined> {
  const { rows } = await database.query<Row>(
    `select t.*, e.settings from tenants t
     join extensions e on e.tenant_external_id = t.external_id and e.type = 'postgres_cdc_rls'
     where t.external_id = $1`,
    [externalId],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  try {
    return read(row, (text) => decrypt(text, key));
  } catch {
    throw new Error(
      `the tenant ${externalId} was stored under another DB_ENC_KEY; start once with SEED_SELF_HOST=true`,
    );
  }
}

function read(row: Row, shown: (text: string) => string): Tenant {
  const { settings } = row;
  return {
    externalId: row.external_id,
    jwtSecret: shown(row.jwt_secret),
    jwks: row.jwt_jwks ?? undefined,
    database: {
      host: shown(settings.db_host),
      port: Number(shown(settings.db_port)),
      user: shown(settings.db_user),
      password: shown(settings.db_password),
      name: shown(settings.db_name),
    },
    limits: {
      users: row.max_concurrent_users,
      channelsPerClient: row.max_channels_per_client,
      eventsPerSecond: row.max_events_per_second,
      payloadBytes: row.max_payload_size_in_kb * 1000,
    },
  };
}
