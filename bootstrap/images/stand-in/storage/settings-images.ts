import type { Environment } from "../lib/env.js";
import { oneOf, url } from "./settings-names.js";

export interface Images {
  readonly imgproxy: URL;
  readonly timeoutSeconds: number;
  readonly size: { readonly min: number; readonly max: number };
  /** @default - no limit on requests */
  readonly limiter?: Limiter;
}

export interface Limiter {
  /** Requests per second for one path and client. */
  readonly perSecond: number;
  /** Where they are counted. @default - in memory */
  readonly redisUrl?: URL;
  /** Whether requests pass while Redis cannot be reached. */
  readonly skipOnError: boolean;
}

/** How images are transformed, or undefined where they are not. */
export function readImages(environment: Environment): Images | undefined {
  const name = oneOf(environment, ["IMAGE_TRANSFORMATION_ENABLED", "ENABLE_IMAGE_TRANSFORMATION"]);
  if (!environment.boolean(name, false)) return undefined;
  const imgproxy = url(environment, "IMGPROXY_URL", ["http:", "https:"]);
  if (environment.optional("IMGPROXY_URL") === undefined)
    environment.reject("IMGPROXY_URL", `is missing: ${name} needs it`);
  const whole = (name: string, max: number) => environment.integer(name, { min: 1, max });
  return {
    imgproxy: imgproxy ?? new URL("http://missing"),
    timeoutSeconds: whole("IMGPROXY_REQUEST_TIMEOUT", 600) ?? 15,
    size: {
      min:
        whole(oneOf(environment, ["IMAGE_TRANSFORMATION_LIMIT_MIN_SIZE", "IMG_LIMITS_MIN_SIZE"]), 10_000) ??
        1,
      max:
        whole(oneOf(environment, ["IMAGE_TRANSFORMATION_LIMIT_MAX_SIZE", "IMG_LIMITS_MAX_SIZE"]), 10_000) ??
        2000,
    },
    limiter: limiter(environment),
  };
}

function limiter(environment: Environment): Limiter | undefined {
  if (!environment.boolean(oneOf(environment, ["RATE_LIMITER_ENABLED", "ENABLE_RATE_LIMITER"]), false))
    return undefined;
  const driver = environment.optional("RATE_LIMITER_DRIVER") ?? "memory";
  if (!["memory", "redis"].includes(driver))
    environment.reject("RATE_LIMITER_DRIVER", `is "${driver}", expected memory or redis`);
  const redisUrl = url(environment, "RATE_LIMITER_REDIS_URL", ["redis:", "rediss:"]);
  if (driver === "redis" && environment.optional("RATE_LIMITER_REDIS_URL") === undefined)
    environment.reject("RATE_LIMITER_REDIS_URL", "is missing: RATE_LIMITER_DRIVER=redis needs it");
  return {
    perSecond: environment.integer("RATE_LIMITER_RENDER_PATH_MAX_REQ_SEC", { min: 1, max: 1_000_000 }) ?? 5,
    redisUrl: driver === "redis" ? redisUrl : undefined,
    skipOnError: environment.boolean("RATE_LIMITER_SKIP_ON_ERROR", false),
  };
}
