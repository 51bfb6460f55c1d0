import { execFile } from "node:child_process";
import { promisify } from "node:util";
import ipaddr from "ipaddr.js";
import { routes } from "./routes.js";

/** What the Docker Engine and the host under it have taken, apart from the stack's own objects. */
export interface HostState {
  /** Whether the engine runs on this machine, so that its ports and routes can be looked at. */
  readonly local: boolean;
  /** Host ports that the stack's own containers publish. */
  readonly ownPorts: readonly number[];
  /** Host ports of other containers, with the container's name. */
  readonly foreignPorts: Readonly<Record<number, string>>;
  readonly foreignSubnets: readonly { readonly subnet: string; readonly holder: string }[];
  /** Names of other stacks' containers and networks. */
  readonly foreignNames: readonly string[];
  readonly missingImages: readonly string[];
}

interface DockerObject {
  readonly name: string;
  readonly own: boolean;
}
interface DockerContainer extends DockerObject {
  readonly ports: readonly number[];
}
interface DockerNetwork extends DockerObject {
  readonly bridge: string;
  readonly subnets: readonly string[];
}

/** Looks; changes nothing. @throws Error when the engine does not answer */
export async function lookAtHost(args: {
  readonly labels: Readonly<Record<string, string>>;
  readonly images: readonly string[];
}): Promise<HostState> {
  const isOwn = (labels: Readonly<Record<string, string>> | null): boolean =>
    Object.entries(args.labels).every(([key, value]) => labels?.[key] === value);
  const [containers, networks, missingImages] = await Promise.all([
    listContainers(isOwn),
    listNetworks(isOwn),
    missing(args.images),
  ]);
  const local = !/^(tcp|ssh|https?):/.test(process.env.DOCKER_HOST ?? "");
  const foreign = containers.filter(({ own }) => !own);
  const bridges = new Set(networks.map(({ bridge }) => bridge));
  return {
    local,
    ownPorts: containers.filter(({ own }) => own).flatMap(({ ports }) => ports),
    foreignPorts: Object.fromEntries(
      foreign.flatMap(({ name, ports }) => ports.map((port) => [port, `container ${name}`])),
    ),
    foreignSubnets: [
      ...networks
        .filter(({ own }) => !own)
        .flatMap(({ name, subnets }) =>
          subnets.map((subnet) => ({ subnet, holder: `Docker network ${name}` })),
        ),
      ...(local ? routes().filter(({ device }) => !bridges.has(device)) : []).map(({ subnet, device }) => ({
        subnet,
        holder: `a route of this host over ${device}`,
      })),
    ],
    foreignNames: [...foreign, ...networks.filter(({ own }) => !own)].map(({ name }) => name),
    missingImages,
  };
}

const run = promisify(execFile);

async function docker(...args: string[]): Promise<string[]> {
  try {
    const { stdout } = await run("docker", args, { maxBuffer: 2 ** 28 });
    return stdout.split("\n").filter(Boolean);
  } catch (error) {
    // An object that vanished between the listing and the look leaves the others on standard output.
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (stdout?.startsWith("[")) return stdout.split("\n");
    throw new Error(`Docker does not answer: ${stderr ?? String(error)}\nRun: npm run setup -- --check`);
  }
}

/** All objects of a kind, as `docker inspect` shows them. */
async function inspectAll<T>(list: readonly string[], inspect: readonly string[]): Promise<T[]> {
  const ids = await docker(...list);
  return ids.length === 0 ? [] : (JSON.parse((await docker(...inspect, ...ids)).join("")) as T[]);
}

interface InspectedContainer {
  Name: string;
  Config: { Labels: Record<string, string> | null };
  HostConfig: { PortBindings: Record<string, { HostPort: string }[] | null> | null };
  State: { Running: boolean };
}

async function listContainers(
  isOwn: (labels: Record<string, string> | null) => boolean,
): Promise<DockerContainer[]> {
  const all = await inspectAll<InspectedContainer>(
    ["ps", "--all", "--quiet", "--no-trunc"],
    ["container", "inspect"],
  );
  return all.map(({ Name, Config, HostConfig, State }) => ({
    name: Name.slice(1),
    own: isOwn(Config.Labels),
    ports: State.Running
      ? Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) =>
          (bindings ?? []).map(({ HostPort }) => Number(HostPort)),
        )
      : [],
  }));
}

interface InspectedNetwork {
  Id: string;
  Name: string;
  Labels: Record<string, string> | null;
  Options: Record<string, string> | null;
  IPAM: { Config: { Subnet: string }[] | null };
}

async function listNetworks(
  isOwn: (labels: Record<string, string> | null) => boolean,
): Promise<DockerNetwork[]> {
  const all = await inspectAll<InspectedNetwork>(
    ["network", "ls", "--quiet", "--no-trunc"],
    ["network", "inspect"],
  );
  return all.map(({ Id, Name, Labels, Options, IPAM }) => ({
    name: Name,
    own: isOwn(Labels),
    bridge: Options?.["com.docker.network.bridge.name"] ?? `br-${Id.slice(0, 12)}`,
    subnets: (IPAM.Config ?? [])
      .map(({ Subnet }) => Subnet)
      .filter((subnet) => ipaddr.IPv4.isValidCIDR(subnet)),
  }));
}

async function missing(images: readonly string[]): Promise<string[]> {
  if (images.length === 0) return [];
  const present = new Set(await docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}"));
  return images.filter((image) => !present.has(image));
}
