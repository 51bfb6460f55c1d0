import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { dockerLabels, physicalName, type Scope } from "./scope.js";

/** A volume of a service whose content outlives its containers. */
export interface DataVolume {
  /** What it holds, e.g. `data`. */
  readonly name: string;
  /** Where the container finds it. */
  readonly path: string;
  /** `derived` content is made again by an `up`, and so never protected. @default "precious" */
  readonly content?: "precious" | "derived";
}

/** A data volume, protected from `destroy` where the stack says so. */
export function createDataVolume(
  service: string,
  { scope, volume }: { readonly scope: Scope; readonly volume: DataVolume },
  opts: pulumi.CustomResourceOptions,
): docker.Volume {
  const protect = scope.data === "protected" && volume.content !== "derived";
  return new docker.Volume(
    `${service}-${volume.name}`,
    { name: physicalName(scope, service, volume.name), labels: dockerLabels(scope, service) },
    { ...opts, protect, deleteBeforeReplace: true },
  );
}
