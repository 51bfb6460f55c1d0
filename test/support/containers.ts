import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { pack } from "tar-stream";
import type { Outcome } from "../../bootstrap/run.js";

export interface ExecOptions {
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program for 60 seconds at most; a failure is an outcome, not an error. */
export function exec(program: string, args: readonly string[], options: ExecOptions = {}): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input: options.input ?? "",
    env: { ...process.env, ...options.environment },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status ?? 1, stdout: stdout.trim(), stderr: (error?.message ?? "") + stderr.trim() };
}

/** A command of docker that has to succeed. */
export function docker(args: readonly string[], options: ExecOptions = {}): string {
  const { code, stdout, stderr } = exec("docker", args, options);
  if (code !== 0) throw new Error(`docker ${args.slice(0, 4).join(" ")} …: ${stderr}`);
  return stdout;
}

/** Waits for what `attempt` gives back; what it throws counts as not yet. */
export async function until<T>(
  what: string,
  attempt: () => T | undefined | Promise<T | undefined>,
  seconds = 30,
): Promise<T> {
  let last = "";
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(100)) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      last = `: ${String(error)}`;
    }
  }
  throw new Error(`not within ${String(seconds)} s: ${what}${last}`);
}

/** The inputs of a docker.Container that `Service` and `Files` set. */
export interface ContainerInputs {
  readonly name: string;
  readonly user?: string;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  readonly envs?: readonly string[];
  readonly readOnly?: boolean;
  readonly memory?: number;
  readonly capabilities?: { readonly adds: readonly string[]; readonly drops: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly mounts?: readonly { source: string; target: string; readOnly?: boolean }[];
  readonly ports?: readonly { internal: number }[];
  readonly networksAdvanced?: readonly { aliases: readonly string[] }[];
  readonly volumes?: readonly { volumeName: string; containerPath: string }[];
  readonly uploads?: readonly {
    file: string;
    content: string;
    owner: string;
    group: string;
    permissions: string;
  }[];
}

const flags = (name: string, values: readonly string[] = []): string[] =>
  values.flatMap((value) => [name, value]);

/** A network of one test file and everything on it; names begin with `contract-`. */
export class Sandbox {
  readonly prefix: string;

  constructor(topic: string) {
    this.prefix = `contract-${topic}-${String(process.pid)}`;
    docker(["network", "create", this.prefix]);
  }

  /** Starts a container as a component registered it, its ports on random ones of 127.0.0.1. @returns its id */
  start(image: string, inputs: ContainerInputs, publish: readonly number[] = []): string {
    const { entrypoints = [], command = [], mounts = [], networksAdvanced = [], capabilities } = inputs;
    const [entrypoint, ...args] = entrypoints;
    const internal = [...(inputs.ports ?? []).map((port) => port.internal), ...publish];
    return docker([
      ...["run", "--detach", "--network", this.prefix, "--name", `${this.prefix}-${inputs.name}`],
      ...flags(
        "--network-alias",
        networksAdvanced.flatMap(({ aliases }) => aliases),
      ),
      ...(inputs.user === undefined ? [] : ["--user", inputs.user]),
      ...(inputs.readOnly === true ? ["--read-only"] : []),
      ...(inputs.memory === undefined ? [] : ["--memory", `${String(inputs.memory)}m`]),
      ...flags("--cap-drop", capabilities?.drops),
      ...flags("--cap-add", capabilities?.adds),
      ...flags("--security-opt", inputs.securityOpts),
      ...flags("--env", inputs.envs),
      ...flags(
        "--tmpfs",
        Object.entries(inputs.tmpfs ?? {}).map(([path, options]) => `${path}:${options}`),
      ),
      ...flags(
        "--mount",
        mounts.map(
          ({ source, target, readOnly }) =>
            `type=volume,source=${this.prefix}-${source},target=${target}${readOnly === true ? ",readonly" : ""}`,
        ),
      ),
      ...flags(
        "--publish",
        internal.map((port) => `127.0.0.1::${String(port)}`),
      ),
      ...(entrypoint === undefined ? [] : ["--entrypoint", entrypoint]),
      ...[image, ...args, ...command],
    ]);
  }

  /** Fills a volume as a carrier of `Files` does. */
  async carry(image: string, inputs: ContainerInputs): Promise<void> {
    const volumes = (inputs.volumes ?? []).map(
      ({ volumeName, containerPath }) => `${this.prefix}-${volumeName}:${containerPath}`,
    );
    const carrier = docker([
      ...["create", "--network", "none", "--name", `${this.prefix}-${inputs.name}`],
      ...[...flags("--volume", volumes), image],
    ]);
    const tar = pack();
    for (const { file, content, owner, group, permissions } of inputs.uploads ?? []) {
      const entry = {
        name: file.slice(1),
        mode: parseInt(permissions, 8),
        uid: Number(owner),
        gid: Number(group),
      };
      tar.entry(entry, content);
    }
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    docker(["cp", "--archive", "-", `${carrier}:/`], { input: Buffer.concat(chunks) });
  }

  /** The port of this host behind a container's port; another one after each start. */
  port(container: string, internal: number): number {
    return Number(
      docker(["port", container, `${String(internal)}/tcp`])
        .split(":")
        .pop(),
    );
  }

  /** Removes everything that bears the name, whatever state it is in. */
  remove(): void {
    const named = (...list: string[]): string[] =>
      docker([...list, "--filter", `name=${this.prefix}`])
        .split("\n")
        .filter(Boolean);
    const containers = named("ps", "--all", "--quiet");
    if (containers.length > 0) docker(["rm", "--force", "--volumes", ...containers]);
    const volumes = named("volume", "ls", "--quiet");
    if (volumes.length > 0) docker(["volume", "rm", ...volumes]);
    const networks = named("network", "ls", "--quiet");
    if (networks.length > 0) docker(["network", "rm", ...networks]);
  }
}
