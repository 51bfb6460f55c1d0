import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "../lib/log.js";
import { asImageError } from "./errors.js";
import { mimeTypes } from "./formats.js";
import { transform } from "./image.js";
import type { Metrics } from "./metrics.js";
import type { Settings } from "./settings.js";
import { Source } from "./source.js";
import { parsePath } from "./url.js";
import { Workers } from "./workers.js";

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** The handler of the main port. */
export function handler(
  settings: Settings,
  metrics: Metrics,
): (request: IncomingMessage, response: ServerResponse) => void {
  const source = new Source(settings);
  const workers = new Workers(settings.workers, settings.queueSize);

  async function image(request: IncomingMessage, path: string, signal: AbortSignal): Promise<Reply> {
    const { options, source: address } = parsePath(path, settings.signing);
    return workers.run(signal, async () => {
      metrics.images.inc();
      try {
        const data = await metrics.span("downloading", () => source.read(address, signal));
        const { accept = "" } = request.headers;
        const etag = settings.useEtag ? `"${digest(options, accept, data)}"` : undefined;
        const headers = { ...caching(settings), ...(etag === undefined ? {} : { ETag: etag }) };
        if (etag !== undefined && request.headers["if-none-match"] === etag) return { status: 304, headers };
        const result = await metrics.span("processing", () =>
          transform(data, options, settings, signal, accept),
        );
        const type = { "Content-Type": mimeTypes[result.format] };
        return { status: 200, headers: { ...headers, ...type }, body: result.data };
      } finally {
        metrics.images.dec();
      }
    });
  }

  async function answer(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path === "/health") return { ...text(200, "imgproxy is running") };
    if (request.method !== "GET") return { status: request.method === "HEAD" ? 200 : 404 };
    const end = metrics.duration.startTimer();
    metrics.requests.inc();
    metrics.inProgress.inc();
    const reply = await image(request, path, signal).catch((error: unknown) => {
      const { status, publicMessage, message, type } = asImageError(error);
      log(`${status} ${message}`);
      metrics.errors.inc({ type });
      return text(status, settings.developmentErrors ? message : publicMessage);
    });
    metrics.statuses.inc({ status: String(reply.status) });
    metrics.inProgress.dec();
    end();
    return reply;
  }

  return (request, response) => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), settings.timeout * 1000);
    response.once("close", () => {
      clearTimeout(timer);
      ended.abort();
    });
    void answer(request, ended.signal).then(({ status, headers, body = "" }) => {
      const length = status === 304 ? {} : { "Content-Length": Buffer.byteLength(body) };
      response.writeHead(status, { ...headers, ...length }).end(body);
    });
  };
}

const text = (status: number, body: string): Reply => ({
  status,
  headers: { "Content-Type": "text/plain", "Cache-Control": "no-cache" },
  body,
});

const caching = ({ ttl, autoWebp }: Settings): Record<string, string> => ({
  "Cache-Control": ttl > 0 ? `max-age=${ttl}, public` : "no-cache",
  "Content-Security-Policy": "script-src 'none'",
  ...(autoWebp ? { Vary: "Accept" } : {}),
});

const digest = (options: object, accept: string, data: Buffer): string =>
  createHash("sha256")
    .update(JSON.stringify([options, accept.includes("image/webp")]))
    .update(data)
    .digest("base64url");
