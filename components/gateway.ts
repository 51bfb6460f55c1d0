import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Certificate } from "./certificates.js";
import { deliver, entrypoint, generationsFolder } from "./gateway/delivery.js";
import type { Frontend } from "./gateway/frontend.js";
import { createFrontendDelivery } from "./gateway/frontend-delivery.js";
import { archive, renderGeneration, type Tree } from "./gateway/generation.js";
import { controlSocket, type GatewayModel, listen } from "./gateway/model.js";
import type { Network } from "./network.js";
import type { Scope } from "./scope.js";
import { type PublishedPort, Service } from "./service.js";

export interface GatewayArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** nginx 1.30 or newer. */
  readonly image: string;
  /** Address of this host that the gateway's ports are bound to. */
  readonly bind: string;
  /** Host ports by surface. */
  readonly ports: Readonly<Record<keyof typeof listen, number>>;
  /** What is served, but for the keys and the frontend. */
  readonly model: Omit<GatewayModel, "keys" | "frontend">;
  readonly keys: { readonly anon: pulumi.Input<string>; readonly serviceRole: pulumi.Input<string> };
  /** Certificates by leaf name; `server` serves the frontend, `api` the API. */
  readonly certificates: Readonly<Record<string, Certificate>>;
  /** Files of the platform's own page by path, or a folder of this machine with a built frontend. */
  readonly frontend: { readonly page: Tree } | { readonly folder: string; readonly digest: string };
}

/**
 * nginx in front of everything. Its configuration is not part of the container: a change is tested by the running nginx
 * itself, switched to and reloaded in place; a rejected one fails the update and leaves the old one serving.
 */
export class Gateway extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:Gateway", name, {}, opts);
    const content = renderContent(args);
    const configure = (container: docker.Container, parent: Service): pulumi.Resource => {
      const { frontend } = args;
      const files = "page" in frontend ? [] : [createFrontendDelivery(name, container.id, frontend, parent)];
      return createDelivery(name, container, content, parent, files);
    };
    this.service = createService(this, name, args, configure);
    this.registerOutputs();
  }
}

/** The generation as `deliver` reads it; secret, as keys are in it. */
function renderContent({ model, keys, certificates, frontend }: GatewayArgs): pulumi.Output<string> {
  const inputs = pulumi.output({ keys, certificates }) as pulumi.Output<{
    keys: GatewayModel["keys"];
    certificates: Record<string, { certificate: string; privateKey: string }>;
  }>;
  const served: Frontend =
    "page" in frontend ? { kind: "page" } : { kind: "folder", digest: frontend.digest };
  const content = inputs.apply(async (known) => {
    const generation = renderGeneration({
      model: { ...model, keys: known.keys, frontend: served },
      certificates: known.certificates,
      frontend: "page" in frontend ? frontend.page : {},
    });
    return `${generation.id}\n${await archive(generation.files)}`;
  });
  return pulumi.secret(content);
}

function createDelivery(
  name: string,
  container: docker.Container,
  content: pulumi.Output<string>,
  parent: Service,
  dependsOn: pulumi.Resource[],
): command.local.Command {
  return new command.local.Command(
    `${name}-delivery`,
    {
      create: deliver,
      environment: { CONTAINER: container.id },
      stdin: content,
      triggers: [container.id],
      logging: "none",
    },
    { parent, dependsOn, deleteBeforeReplace: true },
  );
}

/** Megabytes. The rules are 33 in each worker, and workers of earlier configurations live on while they drain. */
const memory: Readonly<Record<GatewayModel["waf"], number>> = { off: 256, detect: 1024, block: 1024 };

function createService(
  parent: Gateway,
  name: string,
  { scope, network, image, bind, ports, model }: GatewayArgs,
  configure: (container: docker.Container, parent: Service) => pulumi.Resource,
): Service {
  const surfaces = (Object.keys(listen) as (keyof typeof listen)[]).filter(
    (surface) => surface !== "apiHttp" || model.http !== "off",
  );
  const port = (surface: keyof typeof listen): PublishedPort => ({
    internal: listen[surface],
    external: ports[surface],
    bind,
  });
  // HTTP/3 is on the same ports, over UDP.
  const datagrams = model.http3 === "on" ? (["https", "api"] as const) : [];
  const published: PublishedPort[] = [
    ...surfaces.map(port),
    ...datagrams.map((surface): PublishedPort => ({ ...port(surface), protocol: "udp" })),
  ];
  return new Service(
    name,
    {
      scope,
      network,
      image,
      containerName: "nginx",
      aliases: ["nginx"],
      memory: memory[model.waf],
      user: "101:101",
      entrypoint,
      data: [{ name: "generations", path: generationsFolder, content: "derived" }],
      tmpfs: ["/tmp"],
      ports: published,
      health: {
        command: [
          "curl",
          "-fsS",
          "--max-time",
          "2",
          "--unix-socket",
          controlSocket,
          "http://gateway/generation",
        ],
      },
      configure,
    },
    { parent },
  );
}
