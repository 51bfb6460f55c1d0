// The stand-in for Storage with everything that it talks to: a prepared database, MinIO, Redis and imgproxy.
import { createHmac } from "node:crypto";
import { StorageClient } from "@supabase/storage-js";
import { localImage } from "../../bootstrap/images/catalog.js";
import { prepareBucket } from "../../components/minio/prepare.js";
import { passwords, TestDatabase } from "../contract/postgres.js";
import { type ContainerInputs, docker, exec, Sandbox, until } from "../support/containers.js";

jest.setTimeout(60_000);

export const secret = "a-secret-of-at-least-thirty-two-characters";
export const ada = { sub: "11111111-1111-4111-8111-111111111111", role: "authenticated" };
export const bob = { sub: "22222222-2222-4222-8222-222222222222", role: "authenticated" };

/** Policies that give each user a folder of their own in the bucket `files`. */
export const ownFolders = `
  create policy own on storage.objects to authenticated
    using (bucket_id = 'files' and (storage.foldername(name))[1] = (current_setting('request.jwt.claims')::json->>'sub'))
    with check (bucket_id = 'files' and (storage.foldername(name))[1] = (current_setting('request.jwt.claims')::json->>'sub'));
`;

/** A token as Auth signs it. */
export function token(claims: Readonly<Record<string, unknown>>, key = secret): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

export const hardened = {
  readOnly: true,
  capabilities: { adds: [], drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  tmpfs: { "/tmp": "rw,size=128m" },
} as const;

const own = passwords(1);
const bucketPassword = "bucket-password";

type Variables = Readonly<Record<string, string>>;

export class Peers {
  readonly sandbox: Sandbox;
  database!: TestDatabase;
  minio = "";

  constructor(topic: string) {
    this.sandbox = new Sandbox(topic);
  }

  /** The database with users' policies, and the bucket with an account of its own. */
  async start(): Promise<void> {
    this.minio = this.run(localImage("minio"), {
      name: "minio",
      user: "0:0",
      command: ["minio", "server", "/data"],
      envs: ["MINIO_ROOT_USER=root", "MINIO_ROOT_PASSWORD=root-password", "MINIO_UPDATE=off"],
    });
    this.database = await TestDatabase.start(this.sandbox, own);
    expect((await this.database.prepare(own)).code).toBe(0);
    const root = { user: "root", password: "root-password" };
    const script = prepareBucket({ name: "storage", user: "storage" }, { root, password: bucketPassword });
    await until("MinIO's bucket", () =>
      exec("docker", ["exec", "-i", this.minio, "sh", "-s"], { input: script }).code === 0 ? true : undefined,
    );
  }

  run(image: string, inputs: ContainerInputs, publish: readonly number[] = []): string {
    return this.sandbox.start(
      image,
      { ...hardened, networksAdvanced: [{ aliases: [inputs.name] }], ...inputs },
      publish,
    );
  }

  /** The variables that Storage needs, with changes; an empty one counts as unset. */
  storage(name: string, changes: Variables = {}): string {
    const variables: Variables = {
      DATABASE_URL: `postgres://supabase_storage_admin:${encodeURIComponent(own.storageAdmin)}@postgres:5432/postgres`,
      AUTH_JWT_SECRET: secret,
      SERVICE_KEY: token({ role: "service_role" }),
      ANON_KEY: token({ role: "anon" }),
      STORAGE_BACKEND: "s3",
      GLOBAL_S3_BUCKET: "storage",
      GLOBAL_S3_ENDPOINT: "http://minio:9000",
      GLOBAL_S3_FORCE_PATH_STYLE: "true",
      AWS_ACCESS_KEY_ID: "storage",
      AWS_SECRET_ACCESS_KEY: bucketPassword,
      REGION: "us-east-1",
      TENANT_ID: "stub",
      FILE_SIZE_LIMIT: "52428800",
      REQUEST_ALLOW_X_FORWARDED_PATH: "true",
      ...changes,
    };
    const envs = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
    return this.run(localImage("storage"), { name, user: "1000:1000", envs }, [5000]);
  }

  /** Starts Storage and waits until it is healthy. @returns its URL */
  async serving(name: string, changes?: Variables): Promise<string> {
    const container = this.storage(name, changes);
    const url = `http://127.0.0.1:${String(this.sandbox.port(container, 5000))}`;
    await until("storage", async () => ((await isHealthy(url)) ? true : undefined));
    return url;
  }
}

export async function isHealthy(url: string): Promise<boolean> {
  const { healthy } = (await (await fetch(`${url}/health`)).json()) as { healthy: boolean };
  return healthy;
}

/** A client as supabase-js makes one, for a user or for the anonymous key. */
export function clientFor(url: string, claims: Readonly<Record<string, unknown>>): StorageClient {
  const key = token(claims);
  return new StorageClient(url, { apikey: key, Authorization: `Bearer ${key}` });
}

/** What a container wrote, and how it ended, once it has. */
export async function ending(container: string): Promise<{ code: number; output: string }> {
  await until(
    "the container's end",
    () => (docker(["inspect", "-f", "{{.State.Running}}", container]) === "false" ? true : undefined),
    45,
  );
  const { stdout, stderr } = exec("docker", ["logs", container]);
  return {
    code: Number(docker(["inspect", "-f", "{{.State.ExitCode}}", container])),
    output: stdout + stderr,
  };
}
