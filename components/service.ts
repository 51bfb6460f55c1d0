import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Environment, environmentFolder, mergeEnvironment, wrapCommand } from "./environment.js";
import { type File, Files } from "./files.js";
import { createImage } from "./images.js";
import type { Network } from "./network.js";
import { createReadiness, type HealthCheck } from "./readiness.js";
import { dockerLabels, physicalName, type Scope } from "./scope.js";
import { createDataVolume, type DataVolume } from "./volume.js";

/** A port of the container that the host serves. */
export interface PublishedPort {
  readonly internal: number;
  readonly external: number;
  /** Address of the host. @default "127.0.0.1" */
  readonly bind?: string;
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
    const container = createContainer(this, name, args, { image, files, mounts, environment });
    const configured = args.configure?.(container, this);
    createReadiness(
      `${name}-ready`,
      { containerName: this.containerName, containerId: container.id, health: args.health },
      { parent: this, dependsOn: configured ? [configured] : [] },
    );
    this.containerId = container.id;
    this.registerOutputs({ containerName: this.containerName, containerId: this.containerId });
  }
}

type Mounts = docker.types.input.ContainerMount[];

/** Files of the service and where they are mounted. */
interface MountedFiles {
  readonly files: Files;
  readonly folder: string;
}

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

function createContainer(
  parent: Service,
  name: string,
  args: ServiceArgs,
  parts: {
    image: docker.RemoteImage;
    files: readonly MountedFiles[];
    mounts: Mounts;
    environment: Environment;
  },
): docker.Container {
  const labels = dockerLabels(args.scope, name);
  const revisions = parts.files.map(({ files, folder }) => ({
    label: `platform.files${folder.replaceAll("/", ".")}`,
    value: files.revision,
  }));
  const { entrypoint, command } = parts.environment.file === undefined ? args : wrapCommand(args);
  return new docker.Container(
    `${name}-container`,
    {
      name: parent.containerName,
      image: parts.image.imageId,
      user: args.user,
      entrypoints: entrypoint ? [...entrypoint] : undefined,
      command: command ? [...command] : undefined,
      envs: Object.entries(parts.environment.env).map(([key, value]) => pulumi.interpolate`${key}=${value}`),
      networksAdvanced: [{ name: args.network.networkName, aliases: [...(args.aliases ?? [name])] }],
      ports: publish(args.ports ?? []),
      mounts: parts.mounts,
      tmpfs: Object.fromEntries(
        (args.tmpfs ?? []).map((folder) => [folder, "rw,noexec,nosuid,nodev,size=64m"]),
      ),
      readOnly: args.root !== "writable",
      capabilities: { drops: ["ALL"], adds: [...(args.capabilities ?? [])].sort() },
      securityOpts: ["no-new-privileges:true"],
      memory: args.memory,
      memorySwap: args.memory,
      healthcheck: {
        tests: ["CMD", ...args.health.command],
        // Each probe is a program that the engine starts in the container; more often, an idle stack costs percents of a core.
        interval: "1m30s",
        timeout: "5s",
        retries: 3,
        startPeriod: "30s",
      },
      restart: "unless-stopped",
      destroyGraceSeconds: args.stopGrace ?? 10,
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      labels: [...labels, ...revisions],
      wait: false,
      mustRun: true,
    },
    // The provider reports edits of these as done without doing them.
    { parent, deleteBeforeReplace: true, replaceOnChanges: ["healthcheck", "tmpfs"] },
  );
}

function publish(ports: readonly PublishedPort[]): docker.types.input.ContainerPort[] {
  const sorted = [...ports].sort((a, b) => a.internal - b.internal);
  return sorted.map(({ internal, external, bind = "127.0.0.1" }) => ({ internal, external, ip: bind }));
}
