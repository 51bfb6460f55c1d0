// The database's container as the component registers it, and the preparation as its job runs it.
import { Client } from "pg";
import type { Outcome } from "../../bootstrap/run.js";
import { localImage } from "../../bootstrap/images/catalog.js";
import { Network } from "../../components/network.js";
import type { RolePasswords } from "../../components/postgres/roles.js";
import { Postgres } from "../../components/services/postgres.js";
import { only, register, type Registered, scope } from "../components/register.js";
import { type ContainerInputs, docker, exec, type Sandbox, until } from "../support/containers.js";

const image = localImage("postgres");

/** Passwords that a log or a quoting mistake would show. */
export const passwords = (generation: number): RolePasswords => {
  const make = (role: string): string => `it's-${role}-"$$"-:x-${String(generation)}`;
  return {
    postgres: make("owner"),
    supabaseAdmin: make("admin"),
    authenticator: make("authenticator"),
    authAdmin: make("auth"),
    storageAdmin: make("storage"),
    monitor: make("monitor"),
  };
};

const registered = (own: RolePasswords): Promise<Registered[]> =>
  register(() => {
    const subnet = { subnet: "10.0.0.0/24", gateway: "10.0.0.1" };
    const network = new Network("network", { scope, networkName: "network", bridge: "test0", ...subnet });
    return new Postgres("postgres", { scope, network, image, passwords: own, maxConnections: 100 });
  });

export class TestDatabase {
  private constructor(
    readonly container: string,
    readonly port: number,
  ) {}

  /** Starts a database that is empty but for what its image makes; `flags` are more of the server's. */
  static async start(
    sandbox: Sandbox,
    own: RolePasswords,
    flags: readonly string[] = [],
  ): Promise<TestDatabase> {
    const resources = await registered(own);
    const [carrier, server] = ["postgres-files-carrier", "postgres-container"].map(
      (name) => resources.find((one) => one.name === name)?.inputs as unknown as ContainerInputs,
    );
    if (carrier === undefined || server === undefined) throw new Error("the component has other containers");
    await sandbox.carry(image, carrier);
    const inputs = { ...server, command: [...(server.command ?? []), ...flags] };
    const container = sandbox.start(image, inputs, [5432]);
    await until("the database", () =>
      exec("docker", ["exec", container, "pg_isready", "-U", "postgres", "-h", "localhost", "-q"]).code === 0
        ? true
        : undefined,
    );
    return new TestDatabase(container, sandbox.port(container, 5432));
  }

  /** Runs the preparation as the component's job does, with the job's own command line. */
  async prepare(own: RolePasswords): Promise<Outcome> {
    const { create, stdin } = only(await registered(own), "command:local:Command", "postgres-prepare-command")
      .inputs as {
      create: string;
      stdin: string;
    };
    return exec("/bin/sh", ["-c", create], { input: stdin, environment: { CONTAINER: this.container } });
  }

  /** Runs SQL as the superuser on the local socket. */
  psql(sql: string): string {
    const psql = ["psql", "-XAtq", "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-f", "-"];
    return docker(["exec", "--interactive", "--user", "postgres", this.container, ...psql], { input: sql });
  }

  /** Logs in over TCP, runs `work` and logs out. */
  async as<T>(user: string, password: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({
      ...{ host: "127.0.0.1", port: this.port, database: "postgres", user, password },
      ...{ connectionTimeoutMillis: 10_000, query_timeout: 10_000 },
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  logs(): string {
    const { stdout, stderr } = exec("docker", ["logs", this.container]);
    return stdout + stderr;
  }
}
