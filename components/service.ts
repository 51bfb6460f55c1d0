import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createContainer, type MountedFiles, type Mounts } from "./container.js";
import { type Environment, environmentFolder, mergeEnvironment } from "./environment.js";
import { type File, Files } from "./files.js";
import { createImage } from "./images.js";
import type { Network } from "./network.js";
import { createReadiness, type HealthCheck } from "./readiness.js";
import { physicalName, type Scope } from "./scope.js";
import { createDataVolume, type DataVolume } from "./volume.js";

/** A port of the container that the host serves. */
export interface PublishedPort {
  readonly internal: number;
  readonly external: number;
  /** Address of the host. @default "127.0.0.1" */
  readonly bind?: string;
  /** @default "tcp" */
  readonly protocol?: "tcp" | "udp";
}

export interface ServiceArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** Reference of the image: tag, or tag and digest. */
  readonly image: string;
  /** The container's name after the prefix, e.g. `nginx` for `sobertube_nginx`. @default - the resource's name */
  readonly containerName?: string;
  /** Names by which other services find this one. @default - the resource's name */
  readonly aliases?: readonly string[];
  readonly health: HealthCheck;
  /** Limit of memory in megabytes; there is no swap beyond it. */
  readonly memory: number;
  /** Numeric user and group; the files belong to it too. @default - the image's own, files belong to root */
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** Environment; visible to `docker inspect`, so secrets belong into `files` or `secretEnv`. @default - none */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Environment that only the program itself sees, for a program that reads no files. The image needs `/bin/sh`, and
   * `command` is then the whole command line. @default - none
   */
  readonly secretEnv?: Readonly<Record<string, pulumi.Input<string>>>;
  /** The operator's further variables. They join `secretEnv` where there is one, else `env`. @default - none */
  readonly extraEnv?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Files of this service, mounted read-only at `folder`. @default - none */
  readonly files?: { readonly folder: string; readonly files: readonly File[] };
  /** Volumes that outlive the container. @default - none */
  readonly data?: readonly DataVolume[];
  /** Folders in memory; they keep the mode that they have in the image, and belong to root. @default - none */
  readonly tmpfs?: readonly string[];
  /** @default - only the network reaches it */
  readonly ports?: readonly PublishedPort[];
  /** Linux capabilities beyond none, as `CAP_…`; each with its reason at the place that asks. @default - none */
  readonly capabilities?: readonly string[];
  /** `writable` needs its reason at the place that asks. @default "read-only" */
  readonly root?: "read-only" | "writable";
  /**
   * How many containers run it, for a service that keeps nothing in itself. Each answers to the service's aliases and to
   * its own, e.g. `rest1`; the first alone has ports of the host. @default - one, with the service's aliases alone
   */
  readonly instances?: number;
  /** Seconds between the stop signal and the kill. @default 10 */
  readonly stopGrace?: number;
  /** Work on the started container before it is asked whether it is ready. @default - none */
  readonly configure?: (container: docker.Container, parent: Service) => pulumi.Resource;
}

/** One container: hardened, limited, and there for its dependants only once it is ready. */
export class Service extends pulumi.ComponentResource {
  readonly containerName: string;
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:Service", name, {}, opts);
    this.containerName = physicalName(args.scope, args.containerName ?? name);
    const environment = mergeEnvironment(args);
    const image = createImage(name, args.image, { parent: this });
    const files = createFiles(this, name, args, environment);
    const mounts = [...files.map(fileMount), ...dataMounts(this, name, args)];
    const parts = { image, files, mounts, environment };
    const container = createContainer(this, name, args, { ...parts, instance: 1 });
    const configured = args.configure?.(container, this);
    const firstReady = waitFor(this, name, args, container, configured ? [configured] : []);
    // One after the other: a service prepares its own tables when it first starts, and an update leaves one running.
    otherInstances(args).reduce((earlier, instance) => {
      const further = createContainer(this, name, args, { ...parts, instance, earlier });
      return waitFor(this, `${name}${String(instance)}`, args, further, []);
    }, firstReady);
    this.containerId = container.id;
    this.registerOutputs({ containerName: this.containerName, containerId: this.containerId });
  }
}

function waitFor(
  parent: Service,
  name: string,
  { scope, health, containerName }: ServiceArgs,
  container: docker.Container,
  dependsOn: pulumi.Resource[],
): pulumi.Resource {
  return createReadiness(
    `${name}-ready`,
    { containerName: physicalName(scope, containerName ?? name), containerId: container.id, health },
    { parent, dependsOn },
  );
}

/** The numbers of the instances after the first. */
const otherInstances = ({ instances = 1 }: ServiceArgs): number[] =>
  Array.from({ length: instances - 1 }, (_, index) => index + 2);

function createFiles(
  parent: Service,
  name: string,
  { scope, files, user = "0:0" }: ServiceArgs,
  { file }: Environment,
): MountedFiles[] {
  const sets = [
    ...(files === undefined ? [] : [{ set: `${name}-files`, ...files }]),
    ...(file === undefined ? [] : [{ set: `${name}-environment`, folder: environmentFolder, files: [file] }]),
  ];
  return sets.map(({ set, folder, files: content }) => ({
    folder,
    files: new Files(set, { scope, files: content, owner: user }, { parent }),
  }));
}

const fileMount = ({ files, folder }: MountedFiles): docker.types.input.ContainerMount => ({
  type: "volume",
  source: files.volumeName,
  target: folder,
  readOnly: true,
});

function dataMounts(parent: Service, name: string, { scope, data = [] }: ServiceArgs): Mounts {
  return data.map((volume) => ({
    type: "volume",
    source: createDataVolume(name, { scope, volume }, { parent }).name,
    target: volume.path,
  }));
}
