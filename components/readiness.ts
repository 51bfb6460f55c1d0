import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { shellQuote } from "./shell.js";

/** How a service is asked whether it works. */
export interface HealthCheck {
  /** The program and its arguments, run inside the container; exit code 0 means healthy. */
  readonly command: readonly string[];
  /** Seconds until a container that still starts is given up. @default 120 */
  readonly timeout?: number;
}

export interface ReadinessArgs {
  /** How messages name the container, e.g. `sobertube_rest`. */
  readonly containerName: string;
  readonly containerId: pulumi.Input<string>;
  readonly health: HealthCheck;
}

/**
 * A command that succeeds once the container's health check does. It fails at once when the container
 * has exited, and then prints its state, exit code and last 20 log lines.
 */
export function createReadiness(
  name: string,
  args: ReadinessArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      create: readinessScript(args.containerName, args.health),
      environment: { CONTAINER: args.containerId },
      triggers: [args.containerId],
      logging: "none",
    },
    // What an earlier container needed to become ready says nothing about a new one.
    { ...opts, deleteBeforeReplace: true },
  );
}

/** The shell text behind `createReadiness`; needs a docker client and POSIX sh. */
export function readinessScript(
  containerName: string,
  { command: check, timeout = 120 }: HealthCheck,
): string {
  const shown = shellQuote([containerName]);
  return `
fail() {
  echo ${shown}": $1; its last log lines:" >&2
  docker logs --tail 20 "$CONTAINER" 2>&1 | sed 's/^/  | /' >&2
  exit 1
}
look() {
  state=$(docker inspect --format '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}' "$CONTAINER") || exit 1
}
look
restarts=\${state%% *}
# A check that hangs must not outlast the deadline; not every system has timeout.
limit=$(command -v timeout >/dev/null && echo "timeout 10") || limit=
deadline=$(($(date +%s) + ${String(timeout)}))
while :; do
  look
  set -- $state
  case $2 in
    exited | dead | restarting) fail "exited with code $3 before it was ready (state $2)" ;;
  esac
  if [ "$1" != "$restarts" ]; then fail "exited and was started again before it was ready (state $2)"; fi
  if $limit docker exec "$CONTAINER" ${shellQuote(check)} >/dev/null 2>&1; then exit 0; fi
  if [ "$(date +%s)" -ge "$deadline" ]; then
    fail "not ready after ${String(timeout)} seconds (state $2): "${shellQuote([shellQuote(check)])}" still fails"
  fi
  sleep 0.25
done
`.trim();
}
