import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
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
  /** Environment; visible to `docker inspect`, so secrets belong into `files`. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
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
    const image = createImage(name, args.image, { parent: this });
    const files = createFiles(this, name, args);
    const mounts = [...fileMounts(args, files), ...dataMounts(this, name, args)];
    const container = createContainer(this, name, args, { image, files, mounts });
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

function createFiles(parent: Service, name: string, args: ServiceArgs): Files | undefined {
  if (args.files === undefined) return undefined;
  const { scope, user = "0:0" } = args;
  return new Files(`${name}-files`, { scope, files: args.files.files, owner: user }, { parent });
}

function fileMounts({ files: wanted }: ServiceArgs, files: Files | undefined): Mounts {
  if (wanted === undefined || files === undefined) return [];
  return [{ type: "volume", source: files.volumeName, target: wanted.folder, readOnly: true }];
}

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
  parts: { image: docker.RemoteImage; files: Files | undefined; mounts: Mounts },
): docker.Container {
  const labels = dockerLabels(args.scope, name);
  const revision = parts.files ? [{ label: "platform.files", value: parts.files.revision }] : [];
  return new docker.Container(
    `${name}-container`,
    {
      name: parent.containerName,
      image: parts.image.imageId,
      user: args.user,
      entrypoints: args.entrypoint ? [...args.entrypoint] : undefined,
      command: args.command ? [...args.command] : undefined,
      envs: Object.entries(args.env ?? {}).map(([key, value]) => pulumi.interpolate`${key}=${value}`),
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
        interval: "15s",
        timeout: "5s",
        retries: 3,
        startPeriod: "30s",
      },
      restart: "unless-stopped",
      destroyGraceSeconds: args.stopGrace ?? 10,
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      labels: [...labels, ...revision],
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
