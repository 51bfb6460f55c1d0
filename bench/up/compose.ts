import { stringify } from "yaml";
import { componentOf, type Inspected } from "./inspection.js";

/** A one-shot command that a service waits for, as compose files have them. */
export interface Preparation {
  /** The component that must be healthy first, and whose image and network it uses. */
  readonly component: string;
  readonly name: string;
  readonly command: readonly string[];
}

export interface ComposeInput {
  readonly containers: readonly Inspected[];
  /** Folder of a component's read-only files on this host, by volume. */
  readonly folderOf: (volume: string) => string;
  /** Whether a volume is such a folder, and no data. */
  readonly isFolder: (volume: string) => boolean;
  readonly subnet: string;
  /** Components by the components, or preparations, that they wait for. */
  readonly waits: Readonly<Record<string, readonly string[]>>;
  readonly preparations: readonly Preparation[];
  /** Seconds between two health checks. @default - they are switched off */
  readonly interval?: number;
}

/**
 * The compose file that someone would write for the same containers: images, command lines, variables, limits, health
 * checks and hardening are the stack's own; files are mounted from folders of this host, as compose files do.
 */
export function composeFile(input: ComposeInput): string {
  const services = input.containers.map((one) => [componentOf(one), service(one, input)] as const);
  const preparations = input.preparations.map((one) => [one.name, preparation(one, input)] as const);
  const volumes = input.containers.flatMap(({ HostConfig }) =>
    (HostConfig.Mounts ?? [])
      .filter(({ Source = "" }) => !input.isFolder(Source))
      .map(({ Source = "" }) => [Source, {}] as const),
  );
  return stringify({
    name: "bench",
    services: Object.fromEntries([...services, ...preparations]),
    volumes: Object.fromEntries(volumes),
    networks: { default: { ipam: { config: [{ subnet: input.subnet }] } } },
  });
}

/** A dollar sign begins a variable in a compose file. */
const escape = (text: string): string => text.replaceAll("$", "$$$$");

function service(one: Inspected, { folderOf, waits, interval, preparations }: ComposeInput): unknown {
  const { Config, HostConfig, NetworkSettings } = one;
  const component = componentOf(one);
  const mounts = HostConfig.Mounts ?? [];
  const ports = Object.entries(HostConfig.PortBindings ?? {});
  return {
    image: one.Image,
    user: Config.User === "" ? undefined : Config.User,
    entrypoint: Config.Entrypoint?.map(escape),
    command: Config.Cmd?.map(escape),
    environment: Config.Env?.map(escape),
    read_only: HostConfig.ReadonlyRootfs,
    cap_drop: ["ALL"],
    cap_add: HostConfig.CapAdd ?? [],
    security_opt: HostConfig.SecurityOpt ?? [],
    mem_limit: HostConfig.Memory,
    memswap_limit: HostConfig.Memory,
    restart: "unless-stopped",
    tmpfs: Object.entries(HostConfig.Tmpfs ?? {}).map(([folder, options]) => `${folder}:${options}`),
    volumes: mounts.map(
      ({ Source = "", Target, ReadOnly }) => `${folderOf(Source)}:${Target}${ReadOnly === true ? ":ro" : ""}`,
    ),
    ports: ports.flatMap(([port, bindings]) =>
      bindings.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}:${port}`),
    ),
    networks: {
      default: { aliases: Object.values(NetworkSettings.Networks).flatMap(({ Aliases }) => Aliases ?? []) },
    },
    healthcheck:
      interval === undefined
        ? { disable: true }
        : {
            test: Config.Healthcheck?.Test.map(escape),
            interval: `${String(interval)}s`,
            timeout: "5s",
            retries: 10,
          },
    // Nobody can wait for a health that nobody asks about; services then try again until their database is there.
    depends_on: interval === undefined ? {} : dependencies(waits[component] ?? [], preparations),
  };
}

const dependencies = (names: readonly string[], preparations: readonly Preparation[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        condition: preparations.some((one) => one.name === name)
          ? "service_completed_successfully"
          : "service_healthy",
      },
    ]),
  );

function preparation({ component, command }: Preparation, { containers, interval }: ComposeInput): unknown {
  const image = containers.find((one) => componentOf(one) === component)?.Image;
  return {
    image,
    entrypoint: command.map(escape),
    network_mode: `service:${component}`,
    restart: interval === undefined ? "on-failure" : "no",
    depends_on: {
      [component]: { condition: interval === undefined ? "service_started" : "service_healthy" },
    },
  };
}
