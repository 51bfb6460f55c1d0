// A few real services with the labels of a stack, for commands that look at containers.
import { localImage, type LocalImageName } from "../../bootstrap/images/catalog.js";
import { prepareBucket } from "../../components/minio/prepare.js";
import { labelKeys } from "../../components/scope.js";
import type { Outputs } from "../../cli/outputs.js";
import { docker, exec, Sandbox, until } from "../support/containers.js";

/** How a container is started. */
interface Start {
  readonly image: LocalImageName;
  readonly health: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly alias?: string;
}

const passwords = { postgres: "pg-secret", redis: "redis-secret", minio: "minio-secret" };

const starts: Readonly<Record<string, Start>> = {
  postgres: {
    image: "postgres",
    health: "pg_isready -U postgres -h localhost -q",
    environment: { POSTGRES_PASSWORD: passwords.postgres },
  },
  redis: {
    image: "redis",
    health: `REDISCLI_AUTH=${passwords.redis} redis-cli ping | grep -qx PONG`,
    command: ["redis-server", "--requirepass", passwords.redis],
  },
  minio: {
    image: "minio",
    health: "curl -fsS -o /dev/null http://localhost:9000/minio/health/live",
    environment: { MINIO_ROOT_USER: "minio", MINIO_ROOT_PASSWORD: passwords.minio },
    command: ["minio", "server", "/data"],
  },
  inbucket: {
    image: "inbucket",
    health: "wget -q -O /dev/null http://localhost:9000/",
    environment: { INBUCKET_SMTP_ADDR: "0.0.0.0:2500", INBUCKET_WEB_ADDR: "0.0.0.0:9000" },
  },
  gateway: { image: "nginx", health: "curl -fsS -o /dev/null http://localhost:80/", alias: "nginx" },
  // It tells where it hands mail in, and that it cannot log in.
  auth: {
    image: "nginx",
    health: "false",
    environment: {
      GOTRUE_SMTP_HOST: "inbucket",
      GOTRUE_SMTP_PORT: "2500",
      GOTRUE_SMTP_ADMIN_EMAIL: "noreply@sobertube.local",
    },
    command: ["sh", "-c", "echo password authentication failed >&2; exit 3"],
  },
};

export class SmallPlatform {
  private constructor(
    private readonly sandbox: Sandbox,
    readonly stack: string,
  ) {}

  static async start(topic: string): Promise<SmallPlatform> {
    const sandbox = new Sandbox(topic);
    const platform = new SmallPlatform(sandbox, sandbox.prefix);
    try {
      for (const [component, start] of Object.entries(starts)) platform.run(component, start);
      await platform.ready();
    } catch (error) {
      sandbox.remove();
      throw error;
    }
    return platform;
  }

  name(component: string): string {
    return `${this.stack}-${component}`;
  }

  /** The outputs that a stack of these services would have; nothing listens at its endpoints. */
  outputs(change: Partial<Outputs> = {}): Outputs {
    const endpoint = (url: string) => ({ bind: "127.0.0.1", port: 9, url });
    return {
      endpoints: {
        https: endpoint("https://sobertube.local"),
        http: endpoint("http://sobertube.local"),
        api: endpoint("https://api.sobertube.local:8000"),
      },
      ...{ caCertificate: "", caKey: "", certificates: {} },
      ...{ anonKey: "", serviceRoleKey: "", jwtSecret: "" },
      postgresPassword: passwords.postgres,
      redisPassword: passwords.redis,
      minioPassword: passwords.minio,
      ...change,
    };
  }

  remove(): void {
    this.sandbox.remove();
  }

  private run(component: string, { image, health, environment = {}, command = [], alias }: Start): void {
    docker([
      ...["run", "--detach", "--network", this.stack, "--network-alias", alias ?? component],
      ...["--name", this.name(component), "--health-cmd", health, "--health-interval", "1h"],
      ...["--label", `${labelKeys.stack}=sobertube/${this.stack}`],
      ...["--label", `${labelKeys.component}=${component}`],
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...[localImage(image), ...command],
    ]);
  }

  private async ready(): Promise<void> {
    for (const component of ["postgres", "redis", "minio", "inbucket", "gateway"]) {
      const check = ["exec", this.name(component), "sh", "-c", starts[component]?.health ?? ""];
      await until(component, () => (exec("docker", check).code === 0 ? true : undefined));
    }
    const script = prepareBucket(
      { name: "storage", user: "storage" },
      { root: { user: "minio", password: passwords.minio }, password: "storage-secret" },
    );
    docker(["exec", "--interactive", this.name("minio"), "sh", "-s"], { input: script });
  }
}
