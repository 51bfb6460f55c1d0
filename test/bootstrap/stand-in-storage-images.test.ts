import type { StorageClient } from "@supabase/storage-js";
import { localImage } from "../../bootstrap/images/catalog.js";
import { docker } from "../support/containers.js";
import { look, png } from "./stand-in-picture.js";
import { ada, clientFor, Peers, token } from "./stand-in-storage-harness.js";

let peers: Peers;
let url: string;
let imgproxy: string;
let operator: StorageClient;

beforeAll(async () => {
  peers = new Peers("images");
  imgproxy = peers.run(localImage("imgproxy"), {
    name: "imgproxy",
    user: "999:999",
    envs: ["IMGPROXY_AUTO_WEBP=true"],
  });
  peers.run(localImage("redis"), {
    name: "redis",
    user: "999:999",
    tmpfs: { "/data": "rw,uid=999" },
    command: ["redis-server", "--requirepass", "redis-password"],
  });
  await peers.start();
  url = await peers.serving("storage", {
    ENABLE_IMAGE_TRANSFORMATION: "true",
    IMGPROXY_URL: "http://imgproxy:8080",
    RATE_LIMITER_ENABLED: "true",
    RATE_LIMITER_DRIVER: "redis",
    RATE_LIMITER_REDIS_URL: "redis://:redis-password@redis:6379",
    RATE_LIMITER_RENDER_PATH_MAX_REQ_SEC: "3",
  });
  operator = clientFor(url, { role: "service_role" });
  await operator.createBucket("pictures", { public: true });
  await operator.createBucket("private", { public: false });
  for (const bucket of ["pictures", "private"]) {
    const { error } = await operator
      .from(bucket)
      .upload("a folder/wide.png", png(300, 200), { contentType: "image/png" });
    expect(error).toBeNull();
  }
}, 120_000);
afterAll(() => peers.sandbox.remove(), 60_000);

async function picture(address: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(address, { headers });
  expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([200, ""]);
  return look(imgproxy, Buffer.from(await answer.arrayBuffer()));
}

const publicUrl = (transform: object) =>
  operator.from("pictures").getPublicUrl("a folder/wide.png", { transform }).data.publicUrl;

it.each([
  [{ width: 100, height: 100 }, "100x100 png"],
  [{ width: 100, height: 100, resize: "contain" }, "100x67 png"],
  [{ width: 100, height: 100, resize: "fill" }, "100x100 png"],
  [{ width: 60 }, "60x40 png"],
])("a public picture as %j is %s", async (transform, expected) => {
  expect(await picture(publicUrl(transform))).toBe(expected);
});

it("takes the format that the browser accepts, unless the origin's is asked for", async () => {
  const accept = { Accept: "image/webp,*/*" };
  expect(await picture(publicUrl({ width: 50 }), accept)).toBe("50x33 webp");
  expect(await picture(publicUrl({ width: 50, format: "origin" }), accept)).toBe("50x33 png");
});

it("transforms what a user may read, and nothing else", async () => {
  const download = (claims: Record<string, unknown>) =>
    clientFor(url, claims)
      .from("private")
      .download("a folder/wide.png", { transform: { width: 30 } });
  expect((await download(ada)).error).not.toBeNull();
  const { data } = await download({ role: "service_role" });
  expect(look(imgproxy, Buffer.from((await data?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe("30x20 png");
});

it("keeps a signed URL to its own size", async () => {
  const transform = { width: 40, height: 40, quality: 50 };
  const { data } = await operator.from("private").createSignedUrl("a folder/wide.png", 60, { transform });
  const signed = data?.signedUrl ?? "";
  expect(await picture(signed)).toBe("40x40 png");
  expect(await picture(`${signed}&width=200`)).toBe("40x40 png");
});

it("says what is wrong with a picture or a wish", async () => {
  await operator.from("pictures").upload("text.png", "no picture", { contentType: "image/png" });
  const broken = await fetch(`${url}/render/image/public/pictures/text.png?width=10`);
  expect([broken.status, await broken.json()]).toEqual([
    400,
    expect.objectContaining({ error: "InvalidRequest" }),
  ]);
  const wish = await fetch(`${url}/render/image/public/pictures/text.png?resize=stretch`);
  expect(await wish.json()).toMatchObject({ error: "InvalidParameter" });
});

it("counts a client's requests in Redis and refuses too many", async () => {
  const ask = async (client: string) => {
    const headers = { "X-Real-IP": client, Authorization: `Bearer ${token(ada)}` };
    return (await fetch(`${url}/render/image/public/pictures/absent.png`, { headers })).status;
  };
  const statuses: number[] = [];
  for (let i = 0; i < 13; i++) statuses.push(await ask("192.0.2.1"));
  expect(statuses).toEqual([...Array<number>(12).fill(400), 429]);
  expect(await ask("192.0.2.2")).toBe(400);
  const cli = ["exec", "-e", "REDISCLI_AUTH=redis-password", `${peers.sandbox.prefix}-redis`, "redis-cli"];
  expect(docker([...cli, "--scan", "--pattern", "image-transformation-ratelimit-*192.0.2.1*"])).not.toBe("");

  docker(["kill", `${peers.sandbox.prefix}-redis`]);
  expect(await ask("192.0.2.2")).toBe(500);
  docker(["start", `${peers.sandbox.prefix}-redis`]);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await ask("192.0.2.2")).toBe(400);
});
