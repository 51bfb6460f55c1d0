import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import {
  containerArgs,
  type DatabaseServiceArgs,
  publishDirect,
  type ScalableServiceArgs,
} from "./common.js";

const secretsFolder = "/run/secrets/rest";

/** PostgREST: the database's schema `public` as a REST API. */
export class Rest extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(
    name: string,
    args: DatabaseServiceArgs & ScalableServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("platform:services:Rest", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        instances: args.instances ?? 1,
        memory: 256,
        user: "1000:1000",
        env: environment(args),
        files: {
          folder: secretsFolder,
          files: [
            { path: "db-uri", content: args.postgres.uri("authenticator", args.password) },
            { path: "jwt-secret", content: args.jwtSecret },
          ],
        },
        // Its image has no shell: the program asks its own admin server.
        health: { command: ["postgrest", "--ready"] },
        ports: publishDirect(3000, args),
      },
      { parent: this, dependsOn: [args.postgres] },
    );
    this.registerOutputs();
  }
}

// A value that begins with @ names the file that holds it.
const environment = ({ poolSize }: DatabaseServiceArgs): Record<string, string> => ({
  PGRST_DB_URI: `@${secretsFolder}/db-uri`,
  PGRST_JWT_SECRET: `@${secretsFolder}/jwt-secret`,
  PGRST_DB_SCHEMAS: "public,graphql_public",
  PGRST_DB_EXTRA_SEARCH_PATH: "public,extensions",
  PGRST_DB_ANON_ROLE: "anon",
  PGRST_DB_MAX_ROWS: "1000",
  PGRST_DB_POOL: String(poolSize),
  PGRST_DB_USE_LEGACY_GUCS: "false",
  // Prometheus reads the metrics here; a word such as "*" would make `--ready` pass too easily.
  PGRST_ADMIN_SERVER_HOST: "0.0.0.0",
  PGRST_ADMIN_SERVER_PORT: "3001",
});
