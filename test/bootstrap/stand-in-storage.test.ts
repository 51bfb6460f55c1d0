import type { StorageClient } from "@supabase/storage-js";
import { ada, bob, clientFor, ownFolders, Peers, token } from "./stand-in-storage-harness.js";

const megabyte = 1024 ** 2;
let peers: Peers;
let url: string;
let operator: StorageClient;
let user: StorageClient;
const mine = (name: string) => `${ada.sub}/${name}`;

beforeAll(async () => {
  peers = new Peers("storage");
  await peers.start();
  url = await peers.serving("storage");
  peers.database.psql(ownFolders);
  operator = clientFor(url, { role: "service_role" });
  user = clientFor(url, ada);
  expect(
    (await operator.createBucket("files", { public: false, fileSizeLimit: 20 * megabyte })).error,
  ).toBeNull();
  expect(
    (await operator.createBucket("pictures", { public: true, allowedMimeTypes: ["image/*"] })).error,
  ).toBeNull();
}, 120_000);
afterAll(() => peers.sandbox.remove(), 60_000);

const files = () => user.from("files");
const textOf = async (blob: Blob | null) => blob?.text();

describe("buckets", () => {
  it("are made, read and changed by the service role alone", async () => {
    expect(await operator.createBucket("more", { public: false })).toMatchObject({ data: { name: "more" } });
    expect((await operator.updateBucket("more", { public: true, fileSizeLimit: "1MB" })).error).toBeNull();
    const { data } = await operator.getBucket("more");
    expect(data).toMatchObject({ id: "more", public: true, file_size_limit: 1_000_000 });
    expect((await operator.listBuckets()).data?.map(({ name }) => name)).toEqual([
      "files",
      "more",
      "pictures",
    ]);
    expect((await user.getBucket("more")).error).toMatchObject({ statusCode: "404" });
    expect((await user.createBucket("own", { public: false })).error).toMatchObject({ statusCode: "403" });
    expect((await operator.createBucket("more", { public: false })).error).toMatchObject({
      statusCode: "409",
    });
  });

  it("are emptied before they are deleted", async () => {
    await operator.from("more").upload("a/b.txt", "text");
    expect((await operator.deleteBucket("more")).error).toMatchObject({ statusCode: "409" });
    expect((await operator.emptyBucket("more")).error).toBeNull();
    expect((await operator.deleteBucket("more")).error).toBeNull();
    expect((await operator.getBucket("more")).error).toMatchObject({ message: "Bucket not found" });
  });
});

describe("objects", () => {
  it("come back as they were sent, as a form or as bytes", async () => {
    const metadata = { note: "from a form" };
    const form = await files().upload(mine("form.txt"), new Blob(["form"], { type: "text/plain" }), {
      metadata,
    });
    expect(form.error).toBeNull();
    expect(
      (await files().upload(mine("bytes.txt"), "bytes", { contentType: "text/x-own" })).error,
    ).toBeNull();
    expect(await textOf((await files().download(mine("form.txt"))).data)).toBe("form");
    const { data } = await files().info(mine("form.txt"));
    expect(data).toMatchObject({
      size: 4,
      contentType: "text/plain",
      cacheControl: "max-age=3600",
      metadata,
    });
    expect((await files().download(mine("bytes.txt"))).data?.type).toBe("text/x-own");
  });

  it("are kept from other users and from nobody", async () => {
    for (const claims of [bob, { role: "anon" }]) {
      const other = clientFor(url, claims).from("files");
      expect((await other.download(mine("form.txt"))).error).not.toBeNull();
      expect((await other.list(ada.sub)).data).toEqual([]);
      expect((await other.upload(mine("theirs.txt"), "x")).error).toMatchObject({
        statusCode: "403",
        message: "new row violates row-level security policy",
      });
      expect((await other.remove([mine("form.txt")])).data).toEqual([]);
      expect((await other.createSignedUrl(mine("form.txt"), 60)).error).toMatchObject({ statusCode: "404" });
    }
    const foreign = { Authorization: `Bearer ${token(ada, "another-secret-of-thirty-two-characters")}` };
    const answer = await fetch(`${url}/object/authenticated/files/${mine("form.txt")}`, { headers: foreign });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ statusCode: "403" }),
    ]);
  });

  it("are replaced only where that is asked for", async () => {
    expect((await files().upload(mine("form.txt"), "again")).error).toMatchObject({ statusCode: "409" });
    expect((await files().upload(mine("form.txt"), "again", { upsert: true })).error).toBeNull();
    expect((await files().update(mine("bytes.txt"), "updated")).error).toBeNull();
    expect(await textOf((await files().download(mine("form.txt"))).data)).toBe("again");
    expect(await textOf((await files().download(mine("bytes.txt"))).data)).toBe("updated");
  });

  it("keep to the bucket's size and types", async () => {
    const large = Buffer.alloc(21 * megabyte);
    expect((await files().upload(mine("large"), large)).error).toMatchObject({ statusCode: "413" });
    const streamed = new Blob([large]);
    expect((await files().upload(mine("large"), streamed)).error).toMatchObject({ statusCode: "413" });
    const typed = await operator.from("pictures").upload("page.html", "<p>", { contentType: "text/html" });
    expect(typed.error).toMatchObject({ statusCode: "415" });
    expect((await files().upload(mine("ä.txt"), "x")).error).toMatchObject({
      message: expect.stringContaining("Invalid key") as string,
    });
  });

  it("of several parts are the same bytes", async () => {
    const content = Buffer.alloc(12 * megabyte + 17, "0123456789 ");
    expect((await files().upload(mine("parts.bin"), new Blob([content]))).error).toBeNull();
    const { data } = await files().download(mine("parts.bin"));
    expect(Buffer.from((await data?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(content)).toBe(true);
  });

  it("are listed by folder, sorted, searched and in pages", async () => {
    for (const name of ["list/a.txt", "list/b/deep.txt", "list/c.txt"]) await files().upload(mine(name), "x");
    const names = async (options: object) =>
      (await files().list(mine("list"), options)).data?.map(({ name, id }) =>
        id === null ? `${name}/` : name,
      );
    expect(await names({})).toEqual(["a.txt", "b/", "c.txt"]);
    expect(await names({ sortBy: { column: "name", order: "desc" } })).toEqual(["c.txt", "b/", "a.txt"]);
    expect(await names({ sortBy: { column: "created_at", order: "desc" } })).toEqual([
      "b/",
      "c.txt",
      "a.txt",
    ]);
    expect(await names({ search: "c" })).toEqual(["c.txt"]);
    expect(await names({ limit: 1, offset: 1 })).toEqual(["b/"]);
  });

  it("are moved, copied and removed", async () => {
    await files().upload(mine("from.txt"), "moving");
    expect((await files().move(mine("from.txt"), mine("to.txt"))).error).toBeNull();
    expect((await files().copy(mine("to.txt"), mine("copy.txt"))).data?.path).toBe(
      `files/${mine("copy.txt")}`,
    );
    expect((await files().move(mine("to.txt"), `${bob.sub}/to.txt`)).error).toMatchObject({
      statusCode: "403",
    });
    expect((await files().remove([mine("to.txt"), mine("absent.txt")])).data).toHaveLength(1);
    expect((await files().exists(mine("to.txt"))).data).toBe(false);
    expect(await textOf((await files().download(mine("copy.txt"))).data)).toBe("moving");
  });

  it("leave in parts, and not at all where the client has them", async () => {
    const headers = { Authorization: `Bearer ${token(ada)}` };
    const get = (more: Record<string, string>) =>
      fetch(`${url}/object/authenticated/files/${mine("form.txt")}`, { headers: { ...headers, ...more } });
    const part = await get({ Range: "bytes=1-2" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
      206,
      "bytes 1-2/5",
      "ga",
    ]);
    const whole = await get({});
    expect((await get({ "If-None-Match": whole.headers.get("etag") ?? "" })).status).toBe(304);
    expect(whole.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("of a public bucket are open, and HTML among them is text", async () => {
    await operator.updateBucket("pictures", { public: true, allowedMimeTypes: null });
    await operator.from("pictures").upload("page.html", "<p>", { contentType: "text/html" });
    const { publicUrl } = operator
      .from("pictures")
      .getPublicUrl("page.html", { download: "my page.html" }).data;
    const answer = await fetch(publicUrl);
    expect(answer.headers.get("content-type")).toBe("text/plain");
    expect(answer.headers.get("content-disposition")).toContain("filename=my%20page.html");
    const hidden = await fetch(`${url}/object/public/files/${mine("form.txt")}`);
    expect(await hidden.json()).toMatchObject({ statusCode: "404", error: "Bucket not found" });
    const climbing = await fetch(`${url}/object/public/pictures/..%2Ffiles%2F${mine("form.txt")}`);
    expect(await climbing.json()).toMatchObject({ statusCode: "404", error: "not_found" });
  });
});

describe("signed URLs", () => {
  it("open one object for a time", async () => {
    const { data } = await files().createSignedUrl(mine("form.txt"), 60);
    const signed = data?.signedUrl ?? "";
    expect(await (await fetch(signed)).text()).toBe("again");
    const other = await fetch(signed.replace("form.txt", "bytes.txt"));
    expect([other.status, await other.json()]).toEqual([
      400,
      expect.objectContaining({ error: "InvalidSignature" }),
    ]);
    const gone = token({
      url: `files/${mine("form.txt")}`,
      scope: "download",
      exp: Math.floor(Date.now() / 1000) - 1,
    });
    const late = await fetch(`${url}/object/sign/files/${mine("form.txt")}?token=${gone}`);
    expect(await late.json()).toMatchObject({ error: "InvalidJWT" });
    const many = (await files().createSignedUrls([mine("form.txt"), mine("absent")], 60)).data ?? [];
    expect(many.map(({ error }) => error === null)).toEqual([true, false]);
  });

  it("let someone else upload", async () => {
    const { data } = await files().createSignedUploadUrl(mine("invited.txt"));
    const anyone = clientFor(url, { role: "anon" }).from("files");
    const upload = await anyone.uploadToSignedUrl(mine("invited.txt"), data?.token ?? "", "invited");
    expect(upload.error).toBeNull();
    expect(await textOf((await files().download(mine("invited.txt"))).data)).toBe("invited");
    const read = await fetch(`${url}/object/sign/files/${mine("invited.txt")}?token=${data?.token ?? ""}`);
    expect(await read.json()).toMatchObject({ error: "InvalidSignature" });
  });
});

it("rows are not deleted past the API", () => {
  expect(() => peers.database.psql("set role service_role; delete from storage.objects;")).toThrow(
    /Storage API alone/,
  );
});
