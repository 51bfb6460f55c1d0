import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { dockerLabels, physicalName, type Scope } from "./scope.js";

/** One file that a container reads. */
export interface File {
  /** Path below the folder that the volume is mounted on. */
  readonly path: string;
  readonly content: pulumi.Input<string>;
  /** Octal mode. @default "0400" */
  readonly mode?: string;
}

export interface FilesArgs {
  readonly scope: Scope;
  readonly files: readonly File[];
  /** Numeric user and group that own the files, e.g. `1000:1000`. */
  readonly owner: string;
}

const folder = "/files";

/**
 * Files for a container with a read-only root, on any Docker Engine: a named volume that a carrier
 * fills. The carrier is a container that is created with the files in it and never started.
 */
export class Files extends pulumi.ComponentResource {
  readonly volumeName: pulumi.Output<string>;
  /** Another value whenever the content is another. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: FilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:Files", name, {}, opts);
    const volume = createVolume(this, name, args);
    const carrier = createCarrier(this, name, args, volume);
    this.volumeName = volume.name;
    this.revision = carrier.id;
    this.registerOutputs({ volumeName: this.volumeName, revision: this.revision });
  }
}

function createVolume(parent: Files, name: string, { scope, files }: FilesArgs): docker.Volume {
  const paths = files.map(({ path }) => path).sort();
  // A file taken away from the set must leave the volume too, so another set is another volume.
  const set = createHash("sha256").update(paths.join("\n")).digest("hex").slice(0, 12);
  return new docker.Volume(
    `${name}-volume`,
    { name: physicalName(scope, name), labels: dockerLabels(scope, name, { "platform.files": set }) },
    { parent, deleteBeforeReplace: true },
  );
}

function createCarrier(
  parent: Files,
  name: string,
  args: FilesArgs,
  volume: docker.Volume,
): docker.Container {
  const [owner, group] = args.owner.split(":");
  return new docker.Container(
    `${name}-carrier`,
    {
      name: physicalName(args.scope, name),
      image: args.scope.carrierImage,
      start: false,
      mustRun: false,
      networkMode: "none",
      volumes: [{ volumeName: volume.name, containerPath: folder }],
      uploads: args.files.map(({ path, content, mode }) => ({
        file: `${folder}/${path}`,
        content,
        owner,
        group,
        permissions: mode ?? "0400",
      })),
      labels: dockerLabels(args.scope, name),
    },
    { parent, deleteBeforeReplace: true },
  );
}
