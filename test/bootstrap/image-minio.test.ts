import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { localImage } from "../../bootstrap/images/catalog.js";
import { Sandbox, until } from "../support/containers.js";
import { hardened, putFiles, runOnce, running, within } from "./image-sandbox.js";

const secrets = "/run/secrets/minio";
let sandbox: Sandbox;
let minio: string;
let endpoint: string;

const client = (secretAccessKey: string) =>
  new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "operator", secretAccessKey },
  });

beforeAll(async () => {
  sandbox = new Sandbox("minio");
  await putFiles(sandbox, "secrets", "0:0", { user: "operator", password: "a-long-password" });
  const envs = [`MINIO_ROOT_USER_FILE=${secrets}/user`, `MINIO_ROOT_PASSWORD_FILE=${secrets}/password`];
  minio = sandbox.start(
    localImage("minio"),
    {
      name: "minio",
      ...hardened,
      envs: [...envs, "MINIO_UPDATE=off"],
      tmpfs: { "/tmp": "rw" },
      command: ["minio", "server", "--console-address", ":9001", "/data"],
      mounts: [
        { source: "secrets", target: secrets, readOnly: true },
        { source: "data", target: "/data" },
      ],
    },
    [9000, 9001],
  );
  const health = ["curl", "-fsS", "-o", "/dev/null", "http://localhost:9000/minio/health/live"];
  await until("minio", () => within(minio, ...health).code === 0 || undefined);
  endpoint = `http://127.0.0.1:${String(sandbox.port(minio, 9000))}`;
});
afterAll(() => sandbox.remove());

test("its own client calls it ready", () => {
  expect(within(minio, "mc", "ready", "local")).toMatchObject({ code: 0 });
});

test("the credentials of files at absolute paths open it, others do not", async () => {
  const s3 = client("a-long-password");
  await s3.send(new CreateBucketCommand({ Bucket: "files" }));
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: "a b/ö.txt", Body: "content" }));
  const read = new GetObjectCommand({ Bucket: "files", Key: "a b/ö.txt" });
  expect(await (await s3.send(read)).Body?.transformToString()).toBe("content");
  await expect(client("minioadmin").send(read)).rejects.toThrow("signature");
  expect((await fetch(`${endpoint}/files/a%20b/%C3%B6.txt`)).status).toBe(403);
});

test("its client sees the same buckets", () => {
  const login = ["mc", "alias", "set", "here", "http://localhost:9000", "operator", "a-long-password"];
  expect(within(minio, ...login).code).toBe(0);
  expect(within(minio, "mc", "mb", "here/made-by-mc").code).toBe(0);
  expect(within(minio, "mc", "ls", "here").stdout).toMatch(/made-by-mc\/$/m);
});

test("metrics ask for a token", async () => {
  expect((await fetch(`${endpoint}/minio/v2/metrics/cluster`)).status).toBe(403);
});

test("the console is there", async () => {
  const console = await fetch(`http://127.0.0.1:${String(sandbox.port(minio, 9001))}/`);
  expect(await console.text()).toContain("MinIO Console");
});

test("arguments alone are minio's, and it knows its version", () => {
  expect(runOnce("minio", "--version").stdout).toContain("DEVELOPMENT.2026-02-12T20-18-48Z");
  expect(running(minio)).toBe(true);
});
