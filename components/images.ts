import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** The images of the upstream projects by service, each under its exact tag. */
export const upstreamImages = {
  postgres: "supabase/postgres:17.6.1.136",
  rest: "postgrest/postgrest:v14.17",
  nginx: "nginx:1.30.4",
} as const;

export type ImageName = keyof typeof upstreamImages;

export interface ImageChoice {
  /** A registry that mirrors the upstream names. @default - Docker Hub */
  readonly registry: string;
  /** References that stand in for single images, by service. */
  readonly overrides: Readonly<Partial<Record<ImageName, string>>>;
  /** Digests by upstream reference, as `npm run images:lock` writes them. */
  readonly digests: Readonly<Record<string, string>>;
  /** References of images built on this machine. @default - upstream's are used */
  readonly local?: Readonly<Record<ImageName, string>>;
}

/** The reference of one image: an override, a local image, or upstream's with its digest. */
export function imageReference(
  name: ImageName,
  { registry, overrides, digests, local }: ImageChoice,
): string {
  const override = overrides[name] ?? local?.[name];
  if (override !== undefined) return override;
  const upstream = upstreamImages[name];
  const digest = digests[upstream];
  const pinned = digest === undefined ? upstream : `${upstream}@${digest}`;
  return registry === "" ? pinned : `${registry.replace(/\/$/, "")}/${pinned}`;
}

/** The references of all images. */
export function imageReferences(choice: ImageChoice): Record<ImageName, string> {
  const names = Object.keys(upstreamImages) as ImageName[];
  return Object.fromEntries(names.map((name) => [name, imageReference(name, choice)])) as Record<
    ImageName,
    string
  >;
}

/** An image on the engine; kept on destroy, because other stacks run from it too. */
export function createImage(
  name: string,
  reference: string,
  opts?: pulumi.CustomResourceOptions,
): docker.RemoteImage {
  return new docker.RemoteImage(`${name}-image`, { name: reference, keepLocally: true }, opts);
}
