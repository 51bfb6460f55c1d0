import * as pulumi from "@pulumi/pulumi";
import { Job } from "../job.js";
import { prepareCommand, prepareSql } from "../postgres/prepare.js";
import type { RolePasswords } from "../postgres/roles.js";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs } from "./common.js";

export interface PostgresArgs extends PlatformServiceArgs {
  readonly passwords: Readonly<Record<keyof RolePasswords, pulumi.Input<string>>>;
  /** The server's own limit of connections. */
  readonly maxConnections: number;
  /** Megabytes. @default 1024 */
  readonly memory?: number;
}

const secretsFolder = "/run/secrets/postgres";

/** The database, prepared for Supabase's services: whoever depends on it finds its role and schema. */
export class Postgres extends pulumi.ComponentResource {
  readonly service: Service;
  /** Where services connect to. */
  readonly host = "postgres";
  readonly port = 5432;
  readonly database = "postgres";

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Postgres", name, {}, opts);
    this.service = createService(this, name, args);
    new Job(
      `${name}-prepare`,
      {
        service: this.service,
        user: "postgres",
        command: prepareCommand,
        stdin: pulumi.secret(pulumi.output(args.passwords)).apply(prepareSql),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The URI by which a role logs in to the database `postgres`. */
  uri(role: string, password: pulumi.Input<string>): pulumi.Output<string> {
    const address = `${this.host}:${String(this.port)}/${this.database}`;
    return pulumi.secret(pulumi.interpolate`postgres://${role}:${password}@${address}`);
  }
}

function createService(parent: Postgres, name: string, args: PostgresArgs): Service {
  const { maxConnections, memory = 1024 } = args;
  return new Service(
    name,
    {
      ...containerArgs(args),
      memory,
      command: [
        "postgres",
        ...["-c", "config_file=/etc/postgresql/postgresql.conf"],
        ...["-c", "log_min_messages=fatal"],
        ...["-c", `max_connections=${String(maxConnections)}`],
      ],
      env: { POSTGRES_DB: "postgres", POSTGRES_PASSWORD_FILE: `${secretsFolder}/password` },
      files: { folder: secretsFolder, files: [{ path: "password", content: args.passwords.postgres }] },
      data: [
        { name: "data", path: "/var/lib/postgresql/data" },
        // Supabase's image keeps the vault's root key here: without it the vault's secrets are lost.
        { name: "config", path: "/etc/postgresql-custom" },
      ],
      // The entrypoint starts as root, gives the data folder to the server's user and becomes that user.
      capabilities: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"],
      // Supabase's image writes beside its volumes while it initialises.
      root: "writable",
      // Over TCP, because the server of the first initialisation listens on the socket alone.
      health: { command: ["pg_isready", "-U", "postgres", "-h", "localhost", "-q"] },
      // A checkpoint of a busy database must not end in a kill.
      stopGrace: 60,
    },
    { parent },
  );
}
