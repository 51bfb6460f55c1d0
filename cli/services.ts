import { labelKeys } from "../components/scope.js";
import { docker } from "./objects.js";
import { OperatorError } from "./pulumi.js";

/** One service's container, as the Docker Engine describes it. */
export interface ServiceContainer {
  readonly id: string;
  /** Name of the component, e.g. `gateway`. */
  readonly component: string;
  /** Name of the container, e.g. `sobertube_nginx`. */
  readonly container: string;
  /** Project and stack. */
  readonly label: string;
  /** `running`, `exited`, `restarting`, … */
  readonly state: string;
  readonly exitCode: number;
  /** How often the engine has started it again. */
  readonly restarts: number;
  /** When it last started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** What Docker's own probe saw last: `healthy`, `unhealthy` or `starting`. */
  readonly health: string;
  /** The program and its arguments that ask whether the service works. */
  readonly check: readonly string[];
  /** Variables that are no secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names under which others find it. */
  readonly aliases: readonly string[];
  /** Its addresses on its networks. */
  readonly addresses: readonly string[];
}

/** The part of `docker inspect` that is read here. */
export interface Inspection {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: {
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test?: readonly string[] };
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<string, { readonly Aliases: readonly string[] | null; readonly IPAddress: string }>
    >;
  };
}

/** The services' containers of all stacks of a project on this engine, running or not, by name. */
export async function findServices(project: string): Promise<ServiceContainer[]> {
  const list = ["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${labelKeys.stack}`];
  const ids = (await docker(list)).split("\n").filter(Boolean);
  if (ids.length === 0) return [];
  const inspections = JSON.parse(await docker(["inspect", "--type", "container", ...ids])) as Inspection[];
  return readServices(inspections, project);
}

/** The services among containers: what carries files has no health check, and never runs. */
export function readServices(inspections: readonly Inspection[], project: string): ServiceContainer[] {
  return inspections
    .map(readService)
    .filter(({ label, check }) => label.startsWith(`${project}/`) && check.length > 0)
    .sort((a, b) => (a.component < b.component ? -1 : 1));
}

function readService({
  Id,
  Name,
  RestartCount,
  State,
  Config,
  NetworkSettings,
}: Inspection): ServiceContainer {
  const networks = Object.values(NetworkSettings.Networks);
  const [kind, ...words] = Config.Healthcheck?.Test ?? [];
  const variables = (Config.Env ?? []).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return {
    id: Id,
    component: Config.Labels[labelKeys.component] ?? "",
    container: Name.replace(/^\//, ""),
    label: Config.Labels[labelKeys.stack] ?? "",
    state: State.Status,
    exitCode: State.ExitCode,
    restarts: RestartCount,
    startedAt: Date.parse(State.StartedAt),
    health: State.Health?.Status ?? "",
    check: kind === "CMD-SHELL" ? ["sh", "-c", ...words] : words,
    environment: Object.fromEntries(variables),
    // Docker adds the container's short id.
    aliases: networks.flatMap(({ Aliases }) => Aliases ?? []).filter((alias) => !Id.startsWith(alias)),
    addresses: networks.map(({ IPAddress }) => IPAddress).filter(Boolean),
  };
}

/**
 * The services of one stack: the one that is named, or the only one on this engine.
 * @throws OperatorError when there is none, or more than one to choose from
 */
export function servicesOf(
  all: readonly ServiceContainer[],
  project: string,
  stack: string | undefined,
): { readonly stack: string; readonly services: readonly ServiceContainer[] } {
  const chosen = stack ?? onlyStack(all);
  const services = all.filter(({ label }) => label === `${project}/${chosen}`);
  if (services.length > 0) return { stack: chosen, services };
  throw new OperatorError(
    `No container of stack ${chosen} is on this Docker Engine.\nNext: npm run up -- --stack ${chosen}`,
  );
}

function onlyStack(all: readonly ServiceContainer[]): string {
  const running = all.filter(({ state }) => state === "running");
  // A stack whose services have all stopped still has its logs.
  const labels = (running.length > 0 ? running : all).map(({ label }) => label);
  const [first, ...others] = [...new Set(labels.map((label) => label.slice(label.indexOf("/") + 1)))].sort();
  if (first === undefined) {
    throw new OperatorError("No stack runs on this Docker Engine.\nNext: npm run up -- --stack dev");
  }
  if (others.length === 0) return first;
  throw new OperatorError(
    `Which stack? ${[first, ...others].join(", ")} run on this Docker Engine.\nName one: --stack ${first}`,
  );
}

/**
 * The service of that name: a component's, a container's or one by which other services find it.
 * @throws OperatorError with the names that there are
 */
export function pickService(services: readonly ServiceContainer[], name: string): ServiceContainer {
  const found = services.find(
    ({ component, container, aliases }) => component === name || container === name || aliases.includes(name),
  );
  if (found !== undefined) return found;
  throw new OperatorError(
    `There is no service ${name}. Those there are: ${services.map(({ component }) => component).join(", ")}.`,
  );
}
