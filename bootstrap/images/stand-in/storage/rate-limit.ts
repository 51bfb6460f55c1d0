import type { IncomingMessage } from "node:http";
import { log } from "../lib/log.js";
import { StorageError } from "./errors.js";
import { Redis } from "./redis.js";
import type { Limiter } from "./settings-images.js";

/** Seconds that are counted together, as a short burst is no harm. */
const windowSeconds = 4;

interface Counter {
  /** One more for this key. @returns how many there are in the window */
  increase(key: string): Promise<number>;
  close(): void;
}

/** Limits how often one client may ask for one image. */
export class RateLimit {
  private readonly counter: Counter;
  private readonly max: number;

  constructor(
    private readonly limiter: Limiter,
    private readonly tenant: string,
  ) {
    this.max = limiter.perSecond * windowSeconds;
    this.counter = limiter.redisUrl === undefined ? inMemory() : inRedis(limiter.redisUrl, this.max);
  }

  async check(request: IncomingMessage): Promise<void> {
    const { "x-real-ip": real, "x-client-ip": client } = request.headers;
    const address = [real ?? client ?? request.socket.remoteAddress ?? ""].flat()[0] ?? "";
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const count = await this.counter.increase(`${this.tenant}-${address}-${path}`).catch((error: unknown) => {
      const cause = error instanceof Error ? error.message : String(error);
      log(`rate limiter: ${cause}`);
      if (this.limiter.skipOnError) return 0;
      throw new StorageError(500, "InternalError", "The rate limiter cannot count", "Internal");
    });
    if (count <= this.max) return;
    const message = `Rate limit exceeded, retry in ${windowSeconds} seconds`;
    throw new StorageError(429, "SlowDown", message, "Too Many Requests");
  }

  close(): void {
    this.counter.close();
  }
}

function inRedis(url: URL, max: number): Counter {
  const redis = new Redis(url);
  return {
    increase: async (key) => {
      const name = `image-transformation-ratelimit-${key}`;
      const count = Number(await redis.command("INCR", name));
      // Who goes on asking after the limit waits anew; who keeps to it does not.
      const begins = count === 1 || count > max;
      if (begins) await redis.command("PEXPIRE", name, String(windowSeconds * 1000));
      return count;
    },
    close: () => redis.close(),
  };
}

function inMemory(): Counter {
  const counts = new Map<string, { count: number; until: number }>();
  return {
    increase: (key) => {
      const now = Date.now();
      if (counts.size > 10_000) for (const [old, { until }] of counts) if (until < now) counts.delete(old);
      const found = counts.get(key);
      const window =
        found !== undefined && found.until > now ? found : { count: 0, until: now + windowSeconds * 1000 };
      window.count += 1;
      counts.set(key, window);
      return Promise.resolve(window.count);
    },
    close: () => counts.clear(),
  };
}
