import type { Outputs } from "../outputs.js";
import type { StackState } from "../pulumi.js";
import type { ServiceContainer } from "../services.js";

/** What all checks know of the platform. */
export interface Platform {
  readonly stack: string;
  readonly outputs: Outputs;
  /** What is on the engine. */
  readonly services: readonly ServiceContainer[];
  /** Components that the state says are there. */
  readonly expected: readonly string[];
}

/** The services' components in a stack's state. */
export const expectedServices = ({ deployment: { resources = [] } }: StackState): string[] =>
  resources
    .filter(({ type }) => type === "platform:index:Service")
    .map(({ urn }) => urn.split("::").pop() ?? urn)
    .sort();

/** @throws Error when its container is missing or does not run */
export function running({ services }: Platform, component: string): ServiceContainer {
  const found = services.find((service) => service.component === component);
  if (found?.state === "running") return found;
  throw new Error(`${component} does not run`);
}

/** Services whose images bring a shell, getent and curl, the first choice first. */
const lookouts = ["gateway", "realtime"];

/** A container from which the network is looked at. @throws Error when none of those that can runs */
export function lookout({ services }: Platform): ServiceContainer {
  const candidates = lookouts.map((name) => services.find(({ component }) => component === name));
  const found = candidates.find((service) => service?.state === "running");
  if (found !== undefined) return found;
  throw new Error(`nothing to look from: ${lookouts.join(" and ")} do not run`);
}

/** The command that shows why a service fails. */
export const logsOf = ({ stack }: Pick<Platform, "stack">, component: string): string =>
  `npm run logs -- ${component} --stack ${stack}`;

/** The command that makes one resource again, which a mere `up` takes for unchanged: a job, a container. */
export const remakeOf = ({ stack }: Pick<Platform, "stack">, resource: string): string =>
  `npm run up -- --stack ${stack} --replace '**${resource}'`;

/** The command that brings back what is missing and renews what is old. */
export const upOf = ({ stack }: Pick<Platform, "stack">): string => `npm run up -- --stack ${stack}`;
