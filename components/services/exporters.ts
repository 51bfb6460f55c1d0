import * as pulumi from "@pulumi/pulumi";
import { blackboxConfiguration } from "../monitoring/blackbox.js";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs } from "./common.js";
import type { Postgres } from "./postgres.js";
import type { Redis } from "./redis.js";

const memory = 64;

const metricsAnswer = (port: number): { command: string[] } => ({
  command: ["wget", "-q", "-O", "/dev/null", `http://localhost:${String(port)}/`],
});

export interface PostgresExporterArgs extends PlatformServiceArgs {
  readonly postgres: Postgres;
  /** Password of the role `monitor`. */
  readonly password: pulumi.Input<string>;
}

/** The database's statistics as metrics. */
export class PostgresExporter extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: PostgresExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:PostgresExporter", name, {}, opts);
    const { postgres, password } = args;
    const folder = "/run/secrets/postgres-exporter";
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory,
        user: "65534:65534",
        env: {
          DATA_SOURCE_URI: `${postgres.host}:${String(postgres.port)}/${postgres.database}?sslmode=disable`,
          DATA_SOURCE_USER: "monitor",
          DATA_SOURCE_PASS_FILE: `${folder}/password`,
        },
        files: { folder, files: [{ path: "password", content: password }] },
        health: metricsAnswer(9187),
      },
      { parent: this, dependsOn: [postgres] },
    );
    this.registerOutputs();
  }
}

export interface RedisExporterArgs extends PlatformServiceArgs {
  readonly redis: Redis;
  readonly password: pulumi.Input<string>;
}

/** Redis's statistics as metrics. */
export class RedisExporter extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: RedisExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:RedisExporter", name, {}, opts);
    const folder = "/run/secrets/redis-exporter";
    const address = "redis://redis:6379";
    const passwords = pulumi
      .output(args.password)
      .apply((password) => JSON.stringify({ [address]: password }));
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory,
        user: "59000:59000",
        env: { REDIS_ADDR: address, REDIS_PASSWORD_FILE: `${folder}/passwords.json` },
        files: { folder, files: [{ path: "passwords.json", content: pulumi.secret(passwords) }] },
        health: metricsAnswer(9121),
      },
      { parent: this, dependsOn: [args.redis] },
    );
    this.registerOutputs();
  }
}

/** Asks services that have no metrics whether they answer. */
export class BlackboxExporter extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: PlatformServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:BlackboxExporter", name, {}, opts);
    const folder = "/etc/blackbox";
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory,
        user: "65534:65534",
        command: [`--config.file=${folder}/blackbox.yml`],
        files: { folder, files: [{ path: "blackbox.yml", content: blackboxConfiguration() }] },
        health: metricsAnswer(9115),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
