import { runOrFail } from "../../bootstrap/run.js";
import { archive, type Tree } from "../../components/gateway/generation.js";
import { type ContainerInputs, docker, exec, Sandbox, until } from "../../test/support/containers.js";
import { processorTime } from "../up/engine.js";
import { backend } from "./backend.js";
import { allUpstreams, apiHost } from "./production.js";

/** A program with its configuration, as it takes part. */
export interface Contestant {
  readonly name: string;
  /** Its files, which it finds in its working folder. */
  readonly files: Tree;
  /** Becomes the container's first process. */
  readonly command: string;
  /** @default - none */
  readonly environment?: readonly string[];
  /** @default - the bench's own image */
  readonly image?: string;
}

/** A started contestant; it is paused except in its turns. */
export interface Proxy {
  readonly name: string;
  readonly container: string;
  readonly address: string;
}

/** Runs a program in the client's container. @returns its output */
export type Client = (command: readonly string[]) => Promise<string>;

/** Puts load on a proxy, and tells what came of it. */
export type Load<T> = (proxy: Proxy, client: Client) => Promise<T>;

export interface Turn<T> {
  readonly result: T;
  /** Seconds of processor time that the proxy took. */
  readonly processor: number;
}

/** Load and backend share one core, the proxies the other, where they take turns. */
export const cores = { load: "0", proxy: "1" } as const;

/** Microseconds in which the kernel hands out a share of the core; short, so that no answer waits long for its turn. */
const period = 10_000;

const folder = "/tmp/work";

/** One network with a client, a backend and every proxy, each in a container hardened and limited alike. */
export class Arena {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly image: string,
    private readonly client: string,
  ) {}

  /** @param topic names its containers */
  static async open(topic: string, image: string): Promise<Arena> {
    const sandbox = new Sandbox(topic);
    try {
      const client = sandbox.start(image, {
        name: "client",
        entrypoints: ["sleep", "infinity"],
        tmpfs: { "/tmp": "rw" },
      });
      docker(["update", "--cpuset-cpus", cores.load, client]);
      const arena = new Arena(sandbox, image, client);
      const services = await arena.start({ ...backend, image }, allUpstreams);
      docker(["update", "--cpuset-cpus", cores.load, services]);
      return arena;
    } catch (error) {
      sandbox.remove();
      throw error;
    }
  }

  close(): void {
    this.sandbox.remove();
  }

  /** Starts a proxy and sees that it answers `path`. */
  async add(contestant: Contestant, path: string, headers: readonly string[]): Promise<Proxy> {
    const container = await this.start(contestant, []);
    docker(["update", "--cpuset-cpus", cores.proxy, container]);
    const address = docker([
      ...["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"],
      container,
    ]);
    const proxy = { name: contestant.name, container, address };
    const ask = ["curl", "-fsSk", "--max-time", "2", ...headers.flatMap((line) => ["-H", line]), path];
    await until(`${contestant.name} answers`, async () => {
      if (docker(["inspect", "--format", "{{.State.Running}}", container]) !== "true")
        throw new Error(exec("docker", ["logs", "--tail", "5", container]).stderr);
      await this.onClient(proxy, ask);
      return true;
    });
    await rest(container);
    return proxy;
  }

  /**
   * Lets one proxy run, and puts load on it.
   * @param share of its core that it may take; less than all makes it, and not the client, what ends first
   */
  async turn<T>(proxy: Proxy, share: number, load: Load<T>): Promise<Turn<T>> {
    const { container } = proxy;
    const quota = share === 1 ? -1 : Math.round(share * period);
    docker(["update", "--cpu-period", String(period), "--cpu-quota", String(quota), container]);
    docker(["unpause", container]);
    try {
      const before = processorTime([container]).containers;
      const result = await load(proxy, (command) => this.onClient(proxy, command));
      return { result, processor: processorTime([container]).containers - before };
    } finally {
      await rest(container);
    }
  }

  /** A program on the client, for which the proxy has the gateway's public name. */
  private async onClient({ address, name }: Proxy, command: readonly string[]): Promise<string> {
    const script = `echo "$0 ${apiHost}" >/etc/hosts; exec "$@"`;
    const args = ["exec", "--user", "0:0", this.client, "sh", "-c", script, address, ...command];
    return (await runOrFail(`the client of ${name}`, "docker", args)).stdout;
  }

  private async start(
    { name, files, command, environment = [], image = this.image }: Contestant,
    aliases: readonly string[],
  ): Promise<string> {
    const inputs: ContainerInputs = {
      name: name.replaceAll(/[^a-z0-9]+/gi, "-"),
      user: "101:101",
      entrypoints: [
        "sh",
        "-c",
        `until [ -e ${folder}/.complete ]; do sleep 0.05; done; cd ${folder}; exec ${command}`,
      ],
      readOnly: true,
      memory: 512,
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges"],
      tmpfs: { "/tmp": "rw" },
      envs: environment,
      networksAdvanced: [{ aliases }],
    };
    const container = this.sandbox.start(image, inputs);
    const receive = `mkdir ${folder}; base64 -d | tar -xz -C ${folder}; touch ${folder}/.complete`;
    docker(["exec", "--interactive", container, "sh", "-c", receive], { input: await archive(files) });
    return container;
  }
}

/** Pauses a container; with all of its core, as the kernel cannot freeze a process that waits for its share of it. */
async function rest(container: string): Promise<void> {
  docker(["update", "--cpu-quota", "-1", container]);
  await until("the proxy rests", () => docker(["pause", container]));
}
