import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SignJWT } from "jose";
import { localImage } from "../../bootstrap/images/catalog.js";
import type { Outcome } from "../../bootstrap/run.js";
import { docker, exec, Sandbox, until } from "../support/containers.js";

const shipped = join(__dirname, "..", "..", "functions");

export const image = localImage("edgeFunctions");
export const secret = "a-secret-of-the-tests-that-is-long-enough";

/** What an operator gives the service. */
export const environment: Readonly<Record<string, string>> = {
  JWT_SECRET: secret,
  SUPABASE_URL: "http://gateway:8000",
  SUPABASE_PUBLIC_URL: "https://example.test",
  SUPABASE_ANON_KEY: "anon-key",
  SUPABASE_SERVICE_ROLE_KEY: "service-key",
  SUPABASE_DB_URL: "postgresql://postgres:pw@postgres:5432/postgres",
  REDIS_URL: "redis://redis:6379",
};

/** The health check of the service, which needs nothing but bash: the upstream image has no curl. */
export const healthCommand = [
  "bash",
  "-c",
  'exec 3<>/dev/tcp/127.0.0.1/9000 && printf "GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n" >&3 && read -r -t 4 _ status _ <&3 && [ "$status" = 200 ]',
];

export interface Running {
  readonly container: string;
  readonly url: string;
}

/** A folder of functions in a volume, and services that serve it. */
export class Functions {
  readonly sandbox: Sandbox;

  private constructor(topic: string) {
    this.sandbox = new Sandbox(`functions-${topic}`);
  }

  /** The functions that ship with the project, and further files. */
  static with(topic: string, files: Readonly<Record<string, string>> = {}): Functions {
    const functions = new Functions(topic);
    try {
      functions.fill(files);
    } catch (error) {
      functions.sandbox.remove();
      throw error;
    }
    return functions;
  }

  private fill(files: Readonly<Record<string, string>>): void {
    const folder = mkdtempSync(join(tmpdir(), "functions-"));
    try {
      cpSync(shipped, folder, { recursive: true });
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      chmodSync(folder, 0o755);
      const { prefix } = this.sandbox;
      const volume = `${prefix}-sources:/home/deno/functions`;
      docker(["create", "--name", `${prefix}-carrier`, "--volume", volume, image]);
      docker(["cp", `${folder}/.`, `${prefix}-carrier:/home/deno/functions`]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs Deno itself on the functions, which it may not change. */
  deno(args: readonly string[], values: Readonly<Record<string, string>> = {}): Outcome {
    return exec("docker", [
      ...["run", "--rm", "--network", "none", "--entrypoint", "deno", "--env", "NO_COLOR=1"],
      ...Object.entries(values).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      ...["--volume", `${this.sandbox.prefix}-sources:/home/deno/functions:ro`, image, ...args],
    ]);
  }

  /** Runs as the service does, and waits until it is healthy. */
  async start(
    name: string,
    changes: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<Running> {
    const container = this.run(name, { ...environment, ...changes }, args);
    const url = `http://127.0.0.1:${String(this.sandbox.port(container, 9000))}`;
    // A connection that comes before the service listens may hang in the engine's proxy.
    const healthy = () => fetch(`${url}/health`, { signal: AbortSignal.timeout(500) });
    await until(`${name} is healthy`, async () => ((await healthy()).ok ? true : undefined), 20);
    return { container, url };
  }

  /** Runs as the service does. @returns the container's id */
  run(name: string, values: Readonly<Record<string, string>>, args: readonly string[] = []): string {
    return this.sandbox.start(
      image,
      {
        name,
        user: "1000:1000",
        readOnly: true,
        capabilities: { drops: ["ALL"], adds: [] },
        securityOpts: ["no-new-privileges:true"],
        tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=64m" },
        envs: Object.entries(values).map(([key, value]) => `${key}=${value}`),
        mounts: [{ source: "sources", target: "/home/deno/functions", readOnly: true }],
        command: args,
      },
      [9000],
    );
  }
}

/** Everything that a container has written so far, on both outputs. */
export function logged(container: string): string {
  const { stdout, stderr } = exec("docker", ["logs", container]);
  return `${stdout}\n${stderr}`;
}

export const token = (claims: Record<string, unknown> = {}, key = secret): Promise<string> =>
  new SignJWT({ role: "anon", ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(key));

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);
