import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as tus from "tus-js-client";
import { ada, bob, clientFor, ownFolders, Peers, token } from "./stand-in-storage-harness.js";

const megabyte = 1024 ** 2;
let peers: Peers;
let url: string;
const mine = (name: string) => `${ada.sub}/${name}`;
const files = () => clientFor(url, ada).from("files");

beforeAll(async () => {
  peers = new Peers("resumable");
  await peers.start();
  url = await peers.serving("storage");
  peers.database.psql(ownFolders);
  const operator = clientFor(url, { role: "service_role" });
  const bucket = { public: false, fileSizeLimit: 20 * megabyte };
  expect((await operator.createBucket("files", bucket)).error).toBeNull();
}, 120_000);
afterAll(() => peers.sandbox.remove(), 60_000);

/** Passes `/storage/v1` on as a gateway does, with the headers that name its own address. */
async function startGateway(target: string): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const { port } = server.address() as AddressInfo;
    const headers = {
      ...incoming.headers,
      "x-forwarded-proto": "http",
      "x-forwarded-host": "localhost",
      "x-forwarded-port": String(port),
      "x-forwarded-prefix": "/storage/v1",
    };
    const path = (incoming.url ?? "").replace("/storage/v1", "");
    const passed = request(target + path, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return server;
}

describe("resumable uploads", () => {
  let gateway: Server;
  let endpoint: string;
  beforeAll(async () => {
    gateway = await startGateway(url);
    endpoint = `http://localhost:${String((gateway.address() as AddressInfo).port)}/storage/v1/upload/resumable`;
  });
  afterAll(() => gateway.close());

  function send(
    objectName: string,
    content: Buffer,
    claims: object,
  ): Promise<{ chunks: number[]; location: string }> {
    const chunks: number[] = [];
    let location = "";
    return new Promise((resolve, reject) => {
      new tus.Upload(content, {
        endpoint,
        headers: { authorization: `Bearer ${token({ ...claims })}` },
        chunkSize: 6 * megabyte,
        retryDelays: null,
        metadata: { bucketName: "files", objectName, contentType: "text/x-large", cacheControl: "60" },
        onAfterResponse: (_, response) => {
          location = response.getHeader("Location") ?? location;
        },
        onChunkComplete: (size) => chunks.push(size),
        onError: reject,
        onSuccess: () => resolve({ chunks, location }),
      }).start();
    });
  }

  it("arrive in three chunks, at an absolute Location", async () => {
    const content = Buffer.alloc(16 * megabyte, "platform ");
    const { chunks, location } = await send(mine("large.bin"), content, ada);
    expect(chunks).toEqual([6 * megabyte, 6 * megabyte, 4 * megabyte]);
    expect(location.startsWith(`${endpoint}/`)).toBe(true);
    const { data } = await files().download(mine("large.bin"));
    expect(Buffer.from((await data?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(content)).toBe(true);
    expect((await files().info(mine("large.bin"))).data).toMatchObject({
      contentType: "text/x-large",
      cacheControl: "max-age=60",
    });
  });

  it("are refused before the first chunk", async () => {
    const content = Buffer.alloc(1000);
    await expect(send(mine("theirs.bin"), content, bob)).rejects.toThrow(/response code: 403/);
    await expect(send(mine("large.bin"), content, ada)).rejects.toThrow(/response code: 409/);
    await expect(send(mine("larger.bin"), Buffer.alloc(21 * megabyte), ada)).rejects.toThrow(
      /response code: 413/,
    );
  });
});
