import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { extract } from "tar-stream";

const types = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar",
};

const digestOf = (content: Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** A registry on 127.0.0.1 that serves one image of this engine under every name that it is told. */
export interface Registry {
  /** As an image reference begins with it, e.g. `127.0.0.1:40000`. */
  readonly host: string;
  /** Digest of the image's manifest. */
  readonly digest: string;
  close(): void;
}

/** Serves `image` as the given repositories, by the registry's HTTP API V2, for reading alone. */
export async function serveImage(image: string, repositories: readonly string[]): Promise<Registry> {
  const blobs = await blobsOf(image);
  const server = createServer((request, response) => {
    const [, name, kind, wanted = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? "") ?? [];
    const known = kind === "manifests" && name !== undefined && repositories.includes(name);
    const content = known ? (blobs.get(wanted) ?? blobs.get("manifest")) : blobs.get(wanted);
    if (request.url === "/v2/") return response.writeHead(200).end();
    if (content === undefined) return response.writeHead(404).end();
    const type = kind === "manifests" ? types.manifest : "application/octet-stream";
    return response
      .writeHead(200, {
        "Content-Type": type,
        "Content-Length": content.length,
        "Docker-Content-Digest": digestOf(content),
      })
      .end(request.method === "HEAD" ? undefined : content);
  });
  await listening(server);
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    digest: digestOf(blobs.get("manifest") ?? Buffer.of()),
    close: () => server.close(),
  };
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));

/** The blobs of an image by digest, and its manifest under that name too. */
async function blobsOf(image: string): Promise<Map<string, Buffer>> {
  const files = await untar(execFileSync("docker", ["save", image], { maxBuffer: 2 ** 30 }));
  const [description] = JSON.parse(files.get("manifest.json")?.toString() ?? "[]") as {
    Config: string;
    Layers: string[];
  }[];
  if (description === undefined) throw new Error(`docker save gave no manifest of ${image}`);
  const blob = (path: string): Buffer => files.get(path) ?? Buffer.of();
  const describe = (mediaType: string, content: Buffer) => ({
    mediaType,
    size: content.length,
    digest: digestOf(content),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: describe(types.config, blob(description.Config)),
      layers: description.Layers.map((layer) => describe(types.layer, blob(layer))),
    }),
  );
  const contents = [blob(description.Config), ...description.Layers.map(blob), manifest];
  return new Map([
    ...contents.map((content): [string, Buffer] => [digestOf(content), content]),
    ["manifest", manifest],
  ]);
}

async function untar(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}
