import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import { containerArgs, type DatabaseServiceArgs, publishDirect } from "./common.js";

/** Realtime's own secrets. */
export interface RealtimeSecrets {
  /** Signs sessions; at least 64 characters. */
  readonly session: pulumi.Input<string>;
  /** Encrypts what it stores of its tenants; exactly 16 characters. */
  readonly encryption: pulumi.Input<string>;
  /** Signs the tokens that may read its metrics. */
  readonly metrics: pulumi.Input<string>;
}

export interface RealtimeArgs extends DatabaseServiceArgs {
  readonly secrets: RealtimeSecrets;
}

/** The tenant's name; Realtime reads it from the first label of a request's Host. */
export const realtimeTenant = "realtime";

/**
 * What the image's run.sh does for a self-hosted server. Not run.sh itself: some versions of it change the user by
 * sudo, which a container without new privileges forbids.
 */
const start = [
  "/app/bin/migrate",
  "/app/bin/realtime eval 'Realtime.Release.seeds(Realtime.Repo)'",
  "exec /app/bin/server",
].join(" && ");

/** Supabase Realtime: channels, presence and the database's changes over WebSockets. */
export class Realtime extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: RealtimeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Realtime", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory: 512,
        user: "65534:65534",
        command: ["/usr/bin/tini", "-s", "-g", "--", "/bin/sh", "-c", start],
        env: environment(args),
        secretEnv: {
          DB_PASSWORD: args.password,
          API_JWT_SECRET: args.jwtSecret,
          METRICS_JWT_SECRET: args.secrets.metrics,
          SECRET_KEY_BASE: args.secrets.session,
          DB_ENC_KEY: args.secrets.encryption,
        },
        tmpfs: ["/tmp"],
        health: { command: ["curl", "-fsS", "-o", "/dev/null", "http://localhost:4000/healthcheck"] },
        ports: publishDirect(4000, args),
      },
      { parent: this, dependsOn: [args.postgres] },
    );
    this.registerOutputs();
  }
}

const environment = ({ postgres, poolSize }: RealtimeArgs): Record<string, string> => ({
  PORT: "4000",
  APP_NAME: "realtime",
  DB_HOST: postgres.host,
  DB_PORT: String(postgres.port),
  DB_NAME: postgres.database,
  DB_USER: "supabase_admin",
  DB_AFTER_CONNECT_QUERY: "SET search_path TO _realtime",
  DB_POOL_SIZE: String(poolSize),
  SEED_SELF_HOST: "true",
  SELF_HOST_TENANT_NAME: realtimeTenant,
  ERL_AFLAGS: "-proto_dist inet_tcp",
  DNS_NODES: "''",
  RUN_JANITOR: "true",
  DISABLE_HEALTHCHECK_LOGGING: "true",
  // Its release writes a copy of its configuration when it starts.
  RELEASE_TMP: "/tmp",
});
