// What an application does with the platform, as tests of one running stack.
import * as tus from "tus-js-client";
import {
  type Application,
  type ApplicationArgs,
  createApplication,
  fetchTrusting,
  loopback,
} from "./application.js";
import { docker } from "./containers.js";
import { Mailbox } from "./mailbox.js";

export interface Platform extends ApplicationArgs {
  readonly prefix: string;
  readonly serviceKey: string;
  /** The frontend's URL, where links in mail end. */
  readonly siteUrl: string;
}

const schema = `
  create table note (id bigint generated always as identity primary key, owner uuid default auth.uid(), text text);
  alter table note enable row level security;
  create policy own on note for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create policy files on storage.objects for all to authenticated using (bucket_id = 'pictures') with check (bucket_id = 'pictures');
  grant all on note to anon, authenticated;
`;

/** A picture of 4 by 4 points, as PNG. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR4nGP4z8AARwzEcQCukw/x0F8jngAAAABJRU5ErkJggg==",
  "base64",
);

const megabyte = 1024 ** 2;

/** Tests in order: each stands on the one before. */
export function usePlatform(platform: () => Platform): void {
  let user: Application;
  let anon: Application;
  const email = "ada@example.org";
  const password = "correct horse battery staple";

  const psql = (sql: string): string =>
    docker(
      [
        "exec",
        "-i",
        "-u",
        "postgres",
        `${platform().prefix}_postgres`,
        "psql",
        "-XAtq",
        "-v",
        "ON_ERROR_STOP=1",
      ],
      { input: sql },
    );

  beforeAll(() => {
    psql(schema);
    user = createApplication(platform());
    anon = createApplication(platform());
  });
  afterAll(async () => {
    await user.removeAllChannels();
    await anon.removeAllChannels();
  });

  it("signs a user up, by the link in a mail", async () => {
    const { url, ca, prefix, siteUrl } = platform();
    const { data, error } = await user.auth.signUp({ email, password });
    expect(error).toBeNull();
    expect(data.session).toBeNull();
    const link = await new Mailbox(prefix, "ada").link();
    expect(link.origin).toBe(new URL(url).origin);
    const answer = await fetchTrusting(ca)(link);
    expect(answer.status).toBe(303);
    const target = new URL(answer.headers.get("location") ?? "");
    expect(target.origin).toBe(new URL(siteUrl).origin);
    const tokens = new URLSearchParams(target.hash.slice(1));
    const session = await user.auth.setSession({
      access_token: tokens.get("access_token") ?? "",
      refresh_token: tokens.get("refresh_token") ?? "",
    });
    expect(session.data.user?.email).toBe(email);
  });

  it("lets her sign in with her password, and with no other", async () => {
    expect((await anon.auth.signInWithPassword({ email, password: "wrong password" })).error?.status).toBe(
      400,
    );
    const { data } = await user.auth.signInWithPassword({ email, password });
    expect(data.session?.user.email).toBe(email);
  });

  it("keeps her rows for her", async () => {
    expect((await user.from("note").insert({ text: "mine" })).error).toBeNull();
    expect((await user.from("note").select("text")).data).toEqual([{ text: "mine" }]);
    expect((await anon.from("note").select("text")).data).toEqual([]);
    expect((await anon.from("note").insert({ text: "not mine" })).error?.code).toBe("42501");
  });

  it("keeps her files, and hands them out by a signed URL", async () => {
    const { url, serviceKey, ca } = platform();
    const operator = createApplication({ url, key: serviceKey, ca });
    expect((await operator.storage.createBucket("pictures", { public: false })).error).toBeNull();
    const files = user.storage.from("pictures");
    const name = "a folder/four (points)+1.png";
    expect((await files.upload(name, picture, { contentType: "image/png" })).error).toBeNull();
    expect((await anon.storage.from("pictures").download(name)).error).not.toBeNull();
    const { data } = await files.createSignedUrl(name, 60);
    const answer = await fetchTrusting(ca)(data?.signedUrl ?? "");
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
  });

  it("makes another size of a picture", async () => {
    const { data, error } = await user.storage
      .from("pictures")
      .download("a folder/four (points)+1.png", { transform: { width: 2, height: 2 } });
    expect(error).toBeNull();
    expect(imageWidth(Buffer.from((await data?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(2);
  });

  it("takes a large file in three chunks", async () => {
    const { url, ca, key } = platform();
    const { data } = await user.auth.getSession();
    const content = Buffer.alloc(16 * megabyte, "platform ");
    const locations: string[] = [];
    const chunks: number[] = [];
    await new Promise<void>((resolve, reject) => {
      const upload = new tus.Upload(content, {
        endpoint: `${url}/storage/v1/upload/resumable`,
        httpStack: new tus.DefaultHttpStack({ ca, lookup: loopback }),
        headers: { authorization: `Bearer ${data.session?.access_token ?? ""}`, apikey: key },
        chunkSize: 6 * megabyte,
        retryDelays: null,
        metadata: {
          bucketName: "pictures",
          objectName: "large.bin",
          contentType: "application/octet-stream",
        },
        onChunkComplete: (size) => chunks.push(size),
        onAfterResponse: (_, response) => {
          const location = response.getHeader("Location");
          if (location !== undefined) locations.push(location);
        },
        onError: reject,
        onSuccess: () => {
          resolve();
        },
      });
      upload.start();
    });
    expect(chunks).toEqual([6 * megabyte, 6 * megabyte, 4 * megabyte]);
    expect(locations[0]).toMatch(new RegExp(`^${url}/storage/v1/upload/resumable/`));
    const stored = await user.storage.from("pictures").download("large.bin");
    expect(stored.data?.size).toBe(content.length);
  });

  it("carries a message from one client to another", async () => {
    const heard = new Promise<unknown>((resolve) => {
      anon.channel("room").on("broadcast", { event: "shout" }, (message) => {
        resolve(message.payload);
      });
    });
    await subscribed(anon.channel("room"));
    const room = user.channel("room");
    await subscribed(room);
    await room.send({ type: "broadcast", event: "shout", payload: { text: "hello" } });
    expect(await heard).toMatchObject({ text: "hello" });
  });

  it("runs a function for a known user, and for nobody else", async () => {
    const answer = await user.functions.invoke<{ message: string }>("hello", { body: { name: "Ada" } });
    expect(answer.error).toBeNull();
    expect(answer.data?.message).toBe("Hello Ada!");
    const { url, ca } = platform();
    expect((await fetchTrusting(ca)(`${url}/functions/v1/hello`, { method: "POST" })).status).toBe(401);
  });
}

function subscribed(channel: ReturnType<Application["channel"]>): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status.toString() === "SUBSCRIBED") resolve();
      else reject(error ?? new Error(status));
    });
  });
}

/** Width of a PNG, or of a lossy or lossless WebP. */
function imageWidth(image: Buffer): number {
  if (image.toString("latin1", 1, 4) === "PNG") return image.readUInt32BE(16);
  if (image.toString("latin1", 12, 16) === "VP8 ") return image.readUInt16LE(26) & 0x3fff;
  if (image.toString("latin1", 12, 16) === "VP8L") return (image.readUInt32LE(21) & 0x3fff) + 1;
  return image.readUIntLE(24, 3) + 1;
}
