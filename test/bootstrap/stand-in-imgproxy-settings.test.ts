import { createHmac } from "node:crypto";
import { smartcrop, thumbnailSize } from "../../bootstrap/images/stand-in/imgproxy/geometry.js";
import { defaults, type Options } from "../../bootstrap/images/stand-in/imgproxy/options.js";
import { readSettings } from "../../bootstrap/images/stand-in/imgproxy/settings.js";
import { parsePath } from "../../bootstrap/images/stand-in/imgproxy/url.js";
import { Workers } from "../../bootstrap/images/stand-in/imgproxy/workers.js";

const wide = { width: 300, height: 200 };
const options = (changes: Partial<Options>): Options => ({ ...defaults, ...changes });

test("defaults are imgproxy's", () => {
  expect(readSettings({ IMGPROXY_WORKERS: "4" })).toMatchObject({
    bind: { host: "::", port: 8080 },
    prometheusBind: undefined,
    timeout: 10,
    downloadTimeout: 5,
    maxSourceResolution: 50_000_000,
    quality: 80,
    sources: { loopback: false, linkLocal: false, private: true },
    signing: [],
  });
});

test("what Supabase sets is read", () => {
  const settings = readSettings({
    IMGPROXY_BIND: "0.0.0.0:5001",
    IMGPROXY_PROMETHEUS_BIND: ":8081",
    IMGPROXY_MAX_SRC_RESOLUTION: "16.8",
    IMGPROXY_LOCAL_FILESYSTEM_ROOT: "/",
    IMGPROXY_AUTO_WEBP: "true",
  });
  expect(settings).toMatchObject({
    bind: { host: "0.0.0.0", port: 5001 },
    prometheusBind: { port: 8081 },
    maxSourceResolution: 16_800_000,
    autoWebp: true,
  });
});

test.each([
  [{ IMGPROXY_BIND: "nowhere" }, "IMGPROXY_BIND is"],
  [{ IMGPROXY_PROMETHEUS_BIND: ":8080" }, "IMGPROXY_PROMETHEUS_BIND is the port of IMGPROXY_BIND"],
  [{ IMGPROXY_TIMEOUT: "0" }, "IMGPROXY_TIMEOUT is"],
  [{ IMGPROXY_USE_ETAG: "perhaps" }, "IMGPROXY_USE_ETAG is"],
  [{ IMGPROXY_KEY: "ab", IMGPROXY_SALT: "" }, "IMGPROXY_KEY has 1 keys"],
])("%j is refused", (values, problem) => {
  expect(readSettings(values)).toEqual([expect.stringContaining(problem)]);
});

test("what Storage sends is understood", () => {
  const source = "http://minio:9000/storage/stub/b/a%20b.png/v1?X-Amz-Signature=x";
  const path = `/public/height:20/width:10/resizing_type:force/quality:70/format:webp/plain/${encodeURIComponent(source)}`;
  expect(parsePath(path, [])).toEqual({
    options: options({ width: 10, height: 20, resizing: "force", quality: 70, format: "webp" }),
    source,
  });
});

test("a signature has to fit where there are keys", () => {
  const pair = { key: Buffer.from("key"), salt: Buffer.from("salt") };
  const rest = "/w:10/plain/http%3A%2F%2Fsource%2Fa.png";
  const signature = createHmac("sha256", pair.key).update(pair.salt).update(rest).digest("base64url");
  expect(parsePath(`/${signature}${rest}`, [pair]).options.width).toBe(10);
  expect(() => parsePath(`/public${rest}`, [pair])).toThrow("Invalid signature");
  expect(() => parsePath(`/${signature}${rest.replace("10", "11")}`, [pair])).toThrow("Invalid signature");
});

test.each(["/", "/public", "/public/w:10", "/public/plain/", "/public/w:ten/plain/x", "/public/plain/a@b@c"])(
  "%s is no image's path",
  (path) => {
    expect(() => parsePath(path, [])).toThrow();
  },
);

test.each<[Partial<Options>, string | undefined, string | undefined]>([
  [{}, undefined, undefined],
  [{ width: 30 }, "30x>", undefined],
  [{ height: 30, enlarge: true }, "x30", undefined],
  [{ width: 30, height: 30, resizing: "fill" }, "30x30>", "centre"],
  [{ width: 30, height: 30, resizing: "fill", gravity: "we" }, "30x30>", "low"],
  [{ width: 30, height: 10, resizing: "fill", gravity: "we" }, "30x10>", "centre"],
  [{ width: 30, height: 10, resizing: "fill", gravity: "soea" }, "30x10>", "high"],
  [{ width: 30, height: 30, resizing: "fill", gravity: "sm" }, "30x30>", "attention"],
  [{ width: 600, height: 200, resizing: "force" }, "300x100!", undefined],
  [{ width: 600, height: 200, resizing: "force", enlarge: true }, "600x200!", undefined],
])("%j is %s, cropped %s", (changes, size, crop) => {
  expect([thumbnailSize(options(changes), wide), smartcrop(options(changes), wide)]).toEqual([size, crop]);
});

test("workers take turns, and a full queue is refused", async () => {
  const workers = new Workers(1, 1);
  const { signal } = new AbortController();
  let finish = (): void => undefined;
  const first = workers.run(signal, () => new Promise<void>((resolve) => (finish = resolve)));
  const second = workers.run(signal, () => Promise.resolve("second"));
  await expect(workers.run(signal, () => Promise.resolve())).rejects.toMatchObject({ status: 429 });
  finish();
  await first;
  expect(await second).toBe("second");
});

test("who waits too long for a worker is told so", async () => {
  const workers = new Workers(1);
  const { signal } = new AbortController();
  let finish = (): void => undefined;
  const first = workers.run(signal, () => new Promise<void>((resolve) => (finish = resolve)));
  const impatient = new AbortController();
  const second = workers.run(impatient.signal, () => Promise.resolve());
  impatient.abort();
  await expect(second).rejects.toMatchObject({ status: 503 });
  finish();
  await first;
  expect(await workers.run(signal, () => Promise.resolve(3))).toBe(3);
});
