import { runAttached } from "../bootstrap/run.js";
import { OperatorError } from "./pulumi.js";
import { findServices, pickService, type ServiceContainer, servicesOf } from "./services.js";
import { describeState } from "./logs.js";

/**
 * Runs psql inside the database's container. The socket there lets the system's user `postgres` in as the role of
 * that name, so that no password is needed.
 * @returns psql's exit code
 */
export async function psql(
  project: string,
  stack: string | undefined,
  args: readonly string[],
): Promise<number> {
  const found = servicesOf(await findServices(project), project, stack);
  const database = requireRunning(pickService(found.services, "postgres"), found.stack);
  return runAttached("docker", psqlCommand(database.id, args, process.stdin.isTTY && process.stdout.isTTY));
}

/** The words behind `docker` that run psql in a container. */
export const psqlCommand = (container: string, args: readonly string[], isTerminal: boolean): string[] => [
  ...["exec", "--interactive", ...(isTerminal ? ["--tty"] : []), "--user", "postgres"],
  // By the environment, so that arguments may name another role or database.
  ...["--env", "PGUSER=postgres", "--env", "PGDATABASE=postgres", container, "psql", ...args],
];

/** @throws OperatorError with the way to its log when the container does not run */
export function requireRunning(service: ServiceContainer, stack: string): ServiceContainer {
  if (service.state === "running") return service;
  throw new OperatorError(
    `${service.component} of stack ${stack} does not run: it is ${describeState(service)}.
Why: npm run logs -- ${service.component} --stack ${stack}
Next: npm run up -- --stack ${stack}`,
  );
}
