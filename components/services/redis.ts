import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs } from "./common.js";

export interface RedisArgs extends PlatformServiceArgs {
  readonly password: pulumi.Input<string>;
}

const secretsFolder = "/run/secrets/redis";

/** Counters and caches of the services and of edge functions. */
export class Redis extends pulumi.ComponentResource {
  readonly service: Service;
  /** The URI that a client connects with. */
  readonly uri: pulumi.Output<string>;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Redis", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory: 256,
        user: "999:999",
        command: ["redis-server", `${secretsFolder}/redis.conf`],
        files: {
          folder: secretsFolder,
          files: [
            { path: "redis.conf", content: pulumi.output(args.password).apply(configuration) },
            { path: "password", content: args.password },
          ],
        },
        data: [{ name: "data", path: "/data" }],
        health: {
          command: [
            "sh",
            "-c",
            `REDISCLI_AUTH=$(cat ${secretsFolder}/password) redis-cli ping | grep -qx PONG`,
          ],
        },
      },
      { parent: this },
    );
    this.uri = pulumi.secret(pulumi.interpolate`redis://:${args.password}@redis:6379`);
    this.registerOutputs();
  }
}

/** redis.conf: a password for everyone, a limit below the container's, and a log of writes on the volume. */
const configuration = (password: string): string =>
  [
    "bind * -::*",
    "port 6379",
    `requirepass ${password}`,
    "dir /data",
    "appendonly yes",
    // Counters that expire may go; what never expires is kept, and a write then fails.
    "maxmemory 192mb",
    "maxmemory-policy volatile-lru",
    "",
  ].join("\n");
