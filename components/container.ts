import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Environment, wrapCommand } from "./environment.js";
import type { Files } from "./files.js";
import { dockerLabels } from "./scope.js";
import type { PublishedPort, Service, ServiceArgs } from "./service.js";

export type Mounts = docker.types.input.ContainerMount[];

/** Files of a service and where they are mounted. */
export interface MountedFiles {
  readonly files: Files;
  readonly folder: string;
}

/** What a service's containers share, and which of them one is. */
export interface ContainerParts {
  readonly image: docker.RemoteImage;
  readonly files: readonly MountedFiles[];
  readonly mounts: Mounts;
  readonly environment: Environment;
  /** From 1 on. */
  readonly instance: number;
  /** What has to be there before. @default - nothing more */
  readonly earlier?: pulumi.Resource;
}

/** One container of a service, hardened and limited. */
export function createContainer(
  parent: Service,
  name: string,
  args: ServiceArgs,
  parts: ContainerParts,
): docker.Container {
  const { instance, earlier } = parts;
  const instanceName = (first: string): string => (instance === 1 ? first : `${first}${String(instance)}`);
  const labels = dockerLabels(args.scope, name);
  const revisions = parts.files.map(({ files, folder }) => ({
    label: `platform.files${folder.replaceAll("/", ".")}`,
    value: files.revision,
  }));
  const { entrypoint, command } = parts.environment.file === undefined ? args : wrapCommand(args);
  return new docker.Container(
    `${instanceName(name)}-container`,
    {
      name: instanceName(parent.containerName),
      image: parts.image.imageId,
      user: args.user,
      entrypoints: entrypoint ? [...entrypoint] : undefined,
      command: command ? [...command] : undefined,
      envs: Object.entries(parts.environment.env).map(([key, value]) => pulumi.interpolate`${key}=${value}`),
      networksAdvanced: [{ name: args.network.networkName, aliases: aliases(name, args, instance) }],
      ports: instance === 1 ? publish(args.ports ?? []) : [],
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
        interval: "2m30s",
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
    {
      ...{ parent, deleteBeforeReplace: true, replaceOnChanges: ["healthcheck", "tmpfs"] },
      dependsOn: earlier === undefined ? [] : [earlier],
    },
  );
}

/** A service that may have several instances has a name for each, even while it has one: scaling leaves that one alone. */
const aliases = (
  name: string,
  { aliases: own = [name], instances }: ServiceArgs,
  instance: number,
): string[] => (instances === undefined ? [...own] : [...own, `${name}${String(instance)}`]);

function publish(ports: readonly PublishedPort[]): docker.types.input.ContainerPort[] {
  const protocols = ["tcp", "udp"];
  const sorted = [...ports].sort(
    (a, b) =>
      a.internal - b.internal ||
      protocols.indexOf(a.protocol ?? "tcp") - protocols.indexOf(b.protocol ?? "tcp"),
  );
  return sorted.map(({ internal, external, bind = "127.0.0.1", protocol }) => ({
    ...{ internal, external, ip: bind },
    ...(protocol === undefined ? {} : { protocol }),
  }));
}
