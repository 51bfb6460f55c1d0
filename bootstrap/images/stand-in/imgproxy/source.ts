import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { join, sep } from "node:path";
import type { Readable } from "node:stream";
import { ImageError, invalidSource, timedOut, unreachable, unusable } from "./errors.js";
import { Networks } from "./networks.js";
import type { Settings } from "./settings.js";

/** Fetches sources over HTTP, and local files where a folder is given. */
export class Source {
  private readonly networks: Networks;

  constructor(private readonly settings: Settings) {
    this.networks = new Networks(settings.sources);
  }

  /** The whole source, or an error for one that is too large, too slow or not to be had. */
  async read(address: string, request: AbortSignal): Promise<Buffer> {
    // Not AbortSignal.any with AbortSignal.timeout: what nothing else holds may be collected before it fires.
    const ended = new AbortController();
    const { signal } = ended;
    const end = () => ended.abort();
    const timer = setTimeout(end, this.settings.downloadTimeout * 1000);
    request.addEventListener("abort", end, { once: true });
    try {
      const stream = address.startsWith("local://")
        ? await this.local(address.slice("local://".length))
        : await this.fetch(address, signal, this.settings.maxRedirects);
      return await this.collect(stream, signal);
    } catch (error) {
      if (error instanceof ImageError) throw error;
      if (request.aborted) throw timedOut();
      const message = error instanceof Error ? error.message : String(error);
      throw unreachable(signal.aborted ? 504 : 404, message);
    } finally {
      clearTimeout(timer);
      request.removeEventListener("abort", end);
    }
  }

  private async fetch(address: string, signal: AbortSignal, redirects: number): Promise<Readable> {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !["http:", "https:"].includes(url.protocol))
      throw invalidSource("The source is not an http or https URL");
    this.networks.verifyHost(url.hostname);
    const response = await request(url, signal, this.networks);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return response;
    response.destroy();
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      if (redirects === 0) throw unreachable(404, "Stopped after too many redirects");
      return this.fetch(new URL(headers.location, url).href, signal, redirects - 1);
    }
    const client = statusCode >= 400 && statusCode < 500;
    throw unreachable(client ? statusCode : statusCode >= 500 ? 502 : 404, `Status: ${statusCode}`);
  }

  private async local(path: string): Promise<Readable> {
    const { localRoot } = this.settings.sources;
    if (localRoot === undefined) throw invalidSource("Local files are not served");
    // Links are followed first, so that none leads out of the folder.
    const [root, file] = await Promise.all([realpath(localRoot), realpath(join(localRoot, path))]);
    if (!file.startsWith(root.endsWith(sep) ? root : root + sep))
      throw invalidSource("The source lies outside of IMGPROXY_LOCAL_FILESYSTEM_ROOT");
    return (await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)).createReadStream();
  }

  private async collect(stream: Readable, signal: AbortSignal): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => stream.destroy(new Error("The source took too long"));
    signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > this.settings.maxSourceSize) throw unusable("Source image file is too big");
        chunks.push(chunk);
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
    return Buffer.concat(chunks);
  }
}

function request(url: URL, signal: AbortSignal, networks: Networks): Promise<IncomingMessage> {
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const headers = { "User-Agent": "imgproxy (stand-in)" };
    get(url, { signal, headers, lookup: networks.lookup }, resolve).once("error", reject);
  });
}
