import { runAttached } from "../bootstrap/run.js";
import { findServices, pickService, type ServiceContainer, servicesOf } from "./services.js";

export interface LogsOptions {
  readonly stack?: string;
  readonly follow: boolean;
  /** Lines from the end, or `all`. */
  readonly tail: string;
  readonly json: boolean;
}

/** Shows a service's log. @returns docker's exit code */
export async function showLogs(project: string, name: string, options: LogsOptions): Promise<number> {
  const { services } = servicesOf(await findServices(project), project, options.stack);
  const follow = options.follow ? ["--follow"] : [];
  return runAttached("docker", ["logs", ...follow, "--tail", options.tail, pickService(services, name).id]);
}

/** What can be asked for its log, as text or as JSON. */
export async function listServices(project: string, options: LogsOptions): Promise<string> {
  const { stack, services } = servicesOf(await findServices(project), project, options.stack);
  return options.json
    ? JSON.stringify({ stack, services: services.map(listed) })
    : renderServices(stack, services);
}

const listed = ({ component, container, state, health, restarts }: ServiceContainer) => ({
  name: component,
  container,
  state,
  health,
  restarts,
});

/** A table of services with their state. */
export function renderServices(stack: string, services: readonly ServiceContainer[]): string {
  const width = Math.max(...services.map(({ component }) => component.length));
  const example = services.find(isTroubled) ?? services[0];
  return [
    `Services of stack ${stack}`,
    ...services.map((service) => `  ${service.component.padEnd(width)}  ${describeState(service)}`),
    "",
    `Next: npm run logs -- ${example?.component ?? "NAME"} --stack ${stack}`,
  ].join("\n");
}

const isTroubled = ({ state, health }: ServiceContainer): boolean =>
  state !== "running" || health === "unhealthy";

/** A container's state in a few words, e.g. `running, healthy`. */
export function describeState({ state, health, exitCode, restarts }: ServiceContainer): string {
  return [
    state,
    ...(state === "running" && health !== "" ? [health] : []),
    ...(state === "exited" || state === "restarting" ? [`exit code ${String(exitCode)}`] : []),
    ...(restarts > 0 ? [`restarted ${String(restarts)} times`] : []),
  ].join(", ");
}
