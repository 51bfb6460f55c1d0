import type * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network.js";
import type { Scope } from "../scope.js";
import type { PublishedPort } from "../service.js";
import type { Postgres } from "./postgres.js";

/** What every service of the platform is told. */
export interface PlatformServiceArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** Reference of the image: tag, or tag and digest. */
  readonly image: string;
  /** The operator's further variables. @default - none */
  readonly extraEnv?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Port of this host on 127.0.0.1 that leads straight to the service. @default - none */
  readonly directPort?: number;
}

/** What a service is told that may run in several containers. */
export interface ScalableServiceArgs extends PlatformServiceArgs {
  /** How many containers run it. @default 1 */
  readonly instances?: number;
}

/** What a service is told that logs in to the database under a role of its own, and checks tokens. */
export interface DatabaseServiceArgs extends PlatformServiceArgs {
  readonly postgres: Postgres;
  /** Password of the service's own role. */
  readonly password: pulumi.Input<string>;
  /** The HS256 secret that tokens are signed with. */
  readonly jwtSecret: pulumi.Input<string>;
  /** Connections to the database at most, of each container. */
  readonly poolSize: number;
}

/** The arguments of a platform's service that its container takes as they are. */
export const containerArgs = ({ scope, network, image, extraEnv }: PlatformServiceArgs) => ({
  scope,
  network,
  image,
  extraEnv,
});

/** The container's port on this host, where it is published at all. */
export const publishDirect = (internal: number, { directPort }: PlatformServiceArgs): PublishedPort[] =>
  directPort === undefined ? [] : [{ internal, external: directPort }];
