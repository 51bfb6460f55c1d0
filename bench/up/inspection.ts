import { z } from "zod";
import { docker } from "../../test/support/containers.js";
import { labelKeys } from "../../components/scope.js";

const mount = z.object({
  Type: z.string(),
  Source: z.string().optional(),
  Target: z.string(),
  ReadOnly: z.boolean().optional(),
});

const container = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({ Running: z.boolean() }),
  Image: z.string(),
  Config: z.object({
    User: z.string(),
    Env: z.array(z.string()).nullable(),
    Cmd: z.array(z.string()).nullable(),
    Entrypoint: z.array(z.string()).nullable(),
    Labels: z.record(z.string(), z.string()),
    Healthcheck: z.object({ Test: z.array(z.string()) }).optional(),
  }),
  HostConfig: z.object({
    ReadonlyRootfs: z.boolean(),
    CapAdd: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    Memory: z.number(),
    Mounts: z.array(mount).optional(),
    Tmpfs: z.record(z.string(), z.string()).optional(),
    PortBindings: z
      .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })))
      .nullable(),
  }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ Aliases: z.array(z.string()).nullable() })),
  }),
});

/** A container as the Docker Engine describes it. */
export type Inspected = z.output<typeof container>;

/** Every running container of a stack. */
export function inspectStack(stack: string): Inspected[] {
  const ids = docker(["ps", "--quiet", "--filter", `label=${labelKeys.stack}=${stack}`]).split("\n");
  return z.array(container).parse(JSON.parse(docker(["inspect", ...ids])));
}

/** The component that a container belongs to, e.g. `rest`. */
export const componentOf = ({ Config }: Inspected): string => Config.Labels[labelKeys.component] ?? "";
