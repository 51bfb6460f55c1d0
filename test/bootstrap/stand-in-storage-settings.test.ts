import { formParts } from "../../bootstrap/images/stand-in/storage/multipart.js";
import { uploadLocation } from "../../bootstrap/images/stand-in/storage/resumable-location.js";
import { readSettings } from "../../bootstrap/images/stand-in/storage/settings.js";
import {
  fromTokenText,
  imgproxyOptions,
  parseTransformation,
  tokenText,
} from "../../bootstrap/images/stand-in/storage/transformation.js";
import {
  decodeUploadId,
  encodeUploadId,
  newUploadId,
  parseUploadId,
} from "../../bootstrap/images/stand-in/storage/upload-id.js";

const good = {
  DATABASE_URL: "postgres://supabase_storage_admin:p%40w@db:5432/postgres",
  PGRST_JWT_SECRET: "s".repeat(40),
  STORAGE_BACKEND: "s3",
  STORAGE_S3_BUCKET: "storage",
  REGION: "local",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "key",
};

describe("settings", () => {
  it("have the upstream defaults", async () => {
    expect(await readSettings(good)).toMatchObject({
      port: 5000,
      tenantId: "storage-single-tenant",
      maxConnections: 20,
      fileSizeLimit: 52_428_800,
      resumable: { path: "/upload/resumable", forwardedPrefix: false, forceHttps: false },
      images: undefined,
    });
  });

  it("are known by their older names", async () => {
    const settings = await readSettings({
      ...good,
      STORAGE_S3_BUCKET: "",
      GLOBAL_S3_BUCKET: "old",
      GLOBAL_S3_ENDPOINT: "http://minio:9000",
      GLOBAL_S3_FORCE_PATH_STYLE: "true",
      FILE_SIZE_LIMIT: "100",
    });
    expect(settings).toMatchObject({
      objectStore: { bucket: "old", forcePathStyle: true, endpoint: new URL("http://minio:9000") },
      fileSizeLimit: 100,
    });
  });

  it.each([
    [{ STORAGE_BACKEND: "file" }, 'STORAGE_BACKEND is "file": this stand-in keeps objects in s3 alone'],
    [{ DATABASE_URL: "mysql://u:hidden@h/d" }, "DATABASE_URL is not a URL"],
    [{ PGRST_JWT_SECRET: "hidden" }, "PGRST_JWT_SECRET has 6 characters"],
    [{ AWS_ACCESS_KEY_ID: "" }, "AWS_ACCESS_KEY_ID is missing"],
    [{ REQUEST_ALLOW_X_FORWARDED_PATH: "true", TUS_URL_PATH: "/up" }, "TUS_URL_PATH cannot stand beside"],
    [{ ENABLE_IMAGE_TRANSFORMATION: "true" }, "IMGPROXY_URL is missing"],
    [{ GLOBAL_S3_ENDPOINT: "minio:9000" }, "GLOBAL_S3_ENDPOINT is not a URL"],
    [{ FILE_SIZE_LIMIT: "50MB" }, 'FILE_SIZE_LIMIT is "50MB"'],
  ])("with %j are refused", async (values, problem) => {
    const problems = await readSettings({ ...good, ...values });
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(JSON.stringify(problems)).not.toContain("hidden");
  });

  it("of a limiter without Redis are refused", async () => {
    const limiter = { RATE_LIMITER_ENABLED: "true", RATE_LIMITER_DRIVER: "redis" };
    const images = { ENABLE_IMAGE_TRANSFORMATION: "true", IMGPROXY_URL: "http://imgproxy:8080" };
    expect(await readSettings({ ...good, ...images, ...limiter })).toEqual([
      expect.stringContaining("RATE_LIMITER_REDIS_URL is missing"),
    ]);
  });
});

describe("forms", () => {
  const body = [
    '--b\r\nContent-Disposition: form-data; name="cacheControl"\r\n\r\n3600\r\n',
    '--b\r\nContent-Disposition: form-data; name=""; filename="blob"\r\nContent-Type: text/plain\r\n\r\n',
    "line\r\n--not the end\r\n\r\n--b--\r\n",
  ].join("");

  // However the network cuts the body, the parts are the same.
  it.each([1, 2, 7, 1000])("are read in chunks of %i bytes", async (size) => {
    const cut = function* () {
      for (let i = 0; i < body.length; i += size) yield Buffer.from(body.slice(i, i + size));
    };
    const found: string[] = [];
    for await (const { name, filename, content } of formParts(asynchronous(cut()), "b")) {
      let text = "";
      for await (const chunk of content) text += chunk.toString();
      found.push(`${name}|${filename ?? ""}|${text}`);
    }
    expect(found).toEqual(["cacheControl||3600", "|blob|line\r\n--not the end\r\n"]);
  });

  it("that break off are refused", async () => {
    const parts = formParts(asynchronous([Buffer.from(body.slice(0, -20))]), "b");
    await expect(
      (async () => {
        for await (const { content } of parts) for await (const chunk of content) void chunk;
      })(),
    ).rejects.toThrow("closing boundary");
  });

  async function* asynchronous(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
});

describe("transformations", () => {
  const images = { imgproxy: new URL("http://i"), timeoutSeconds: 1, size: { min: 1, max: 2000 } };
  const wanted = { width: "5000", height: "10", resize: "contain", quality: "75", format: "webp" };

  it("become imgproxy's options", () => {
    const options = imgproxyOptions(parseTransformation(wanted), images);
    expect(options).toEqual(["height:10", "width:2000", "resizing_type:fit", "quality:75", "format:webp"]);
  });

  it("survive a token", () => {
    const text = tokenText(parseTransformation(wanted), images);
    expect(imgproxyOptions(fromTokenText(text), images)).toContain("resizing_type:fit");
    expect(imgproxyOptions(fromTokenText(""), images)).toEqual([]);
  });

  it.each([{ width: "-1" }, { quality: "101" }, { format: "tiff" }, { resize: "stretch" }])(
    "%j is refused",
    (values) => {
      expect(() => parseTransformation(values)).toThrow();
    },
  );
});

describe("the Location of a resumable upload", () => {
  const id = "stub/files/a/b.bin/v1";
  const last = encodeUploadId(id);
  const plain = {
    path: "/upload/resumable",
    forwardedPrefix: true,
    forceHttps: false,
    partSize: 1,
    tags: true,
  };
  const headers = {
    "x-forwarded-host": "api.example.org",
    "x-forwarded-port": "8443",
    "x-forwarded-prefix": "/storage/v1/",
  };
  const asked = { headers, url: "/upload/resumable", proto: "https", host: "api.example.org", id };

  it("is the gateway's", () => {
    expect(uploadLocation(plain, asked)).toBe(
      `https://api.example.org:8443/storage/v1/upload/resumable/${last}`,
    );
    const usual = { ...asked, headers: { ...headers, "x-forwarded-port": "443" } };
    expect(uploadLocation(plain, usual)).toBe(`https://api.example.org/storage/v1/upload/resumable/${last}`);
  });

  it("is the public URL's, where there is one, and does not trust a prefix unasked", () => {
    const resumable = {
      ...plain,
      forwardedPrefix: false,
      publicUrl: new URL("https://public:9443/storage/v1"),
    };
    expect(uploadLocation(resumable, asked)).toBe(`https://public:9443/upload/resumable/${last}`);
  });

  it("keeps the way of signed uploads, and https in production", () => {
    const signed = { ...asked, headers: {}, url: "/upload/resumable/sign", proto: "http" };
    expect(uploadLocation({ ...plain, forceHttps: true }, signed)).toBe(
      `https://api.example.org/upload/resumable/sign/${last}`,
    );
  });

  it("leads back to the upload", () => {
    expect(decodeUploadId("stub", `/upload/resumable/${last}`)).toBe(id);
    expect(decodeUploadId("stub", "/upload/resumable/sign")).toBeUndefined();
    expect(parseUploadId(id)).toEqual({ bucket: "files", name: "a/b.bin", version: "v1" });
    expect(() => newUploadId("stub", { bucketName: "files", objectName: "ä" })).toThrow("Invalid key");
  });
});
