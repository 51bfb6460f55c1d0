import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** The images of the upstream projects by service, each under its exact tag. */
export const upstreamImages = {
  postgres: "supabase/postgres:17.6.1.136",
  redis: "redis:8.2.2",
  rest: "postgrest/postgrest:v14.17",
  realtime: "supabase/realtime:v2.134.10",
  auth: "supabase/gotrue:v2.196.0",
  storage: "supabase/storage-api:v1.74.0",
  // Docker Hub has it no more.
  minio: "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
  imgproxy: "darthsim/imgproxy:v3.31.4",
  edgeFunctions: "supabase/edge-runtime:v1.76.2",
  inbucket: "inbucket/inbucket:3.0.3",
  prometheus: "prom/prometheus:v3.5.0",
  postgresExporter: "prometheuscommunity/postgres-exporter:v0.18.1",
  redisExporter: "oliver006/redis_exporter:v1.78.0-alpine",
  blackboxExporter: "prom/blackbox-exporter:v0.27.0",
  grafana: "grafana/grafana:12.3.0",
  nginx: "nginx:1.30.4",
} as const;

/** nginx with ModSecurity and the Core Rule Set, whose layout the local nginx image has too. */
export const firewallImage = "owasp/modsecurity-crs:4.25-nginx-lts";

/** Every upstream reference by what it is for. */
export const lockable: Readonly<Record<string, string>> = { ...upstreamImages, firewall: firewallImage };

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
export const imageReference = (name: ImageName, choice: ImageChoice): string =>
  chosen(name, choice) ?? pinned(upstreamImages[name], choice);

/** The gateway's image: where its firewall is on, another one stands in for upstream's nginx. */
export const gatewayImage = (waf: "off" | "detect" | "block", choice: ImageChoice): string =>
  chosen("nginx", choice) ?? pinned(waf === "off" ? upstreamImages.nginx : firewallImage, choice);

const chosen = (name: ImageName, { overrides, local }: ImageChoice): string | undefined =>
  overrides[name] ?? local?.[name];

/** Upstream's reference, from a mirror where there is one, with its digest where it is known. */
export function pinned(
  upstream: string,
  { registry, digests }: Pick<ImageChoice, "registry" | "digests">,
): string {
  const digest = digests[upstream];
  const reference = digest === undefined ? upstream : `${upstream}@${digest}`;
  return registry === "" ? reference : `${registry.replace(/\/$/, "")}/${reference}`;
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
