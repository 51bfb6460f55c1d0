import type * as pulumi from "@pulumi/pulumi";

/** What all components of one stack share, so that several stacks live on one Docker Engine. */
export interface Scope {
  /** Container names are `prefix_name`, volumes `prefix_name_volume`. */
  readonly prefix: string;
  /** Labels that every object of the stack carries: who made it and for which stack. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether volumes and keys refuse to be destroyed. */
  readonly data: "disposable" | "protected";
  /**
   * Id of the image that the carriers of files are made from; its program is never run. It must name no user: the
   * engine would hand every file to that user, whatever owner the file has.
   */
  readonly carrierImage: pulumi.Input<string>;
}

/** Label keys of this library; `recover` and preflight find a stack's own objects by them. */
export const labelKeys = { stack: "platform.stack", component: "platform.component" } as const;

/** The label that tells one stack's objects from another's, as `project/stack`. */
export function stackLabels(project: string, stack: string): Record<string, string> {
  return { [labelKeys.stack]: `${project}/${stack}` };
}

/** The name that an object bears on the Docker Engine. */
export function physicalName(scope: Scope, ...parts: string[]): string {
  return [scope.prefix, ...parts].join("_");
}

/** The labels of one component's objects in the shape that the provider wants. */
export function dockerLabels(
  scope: Scope,
  component: string,
  more: Readonly<Record<string, string>> = {},
): { label: string; value: string }[] {
  const labels = { ...scope.labels, [labelKeys.component]: component, ...more };
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
