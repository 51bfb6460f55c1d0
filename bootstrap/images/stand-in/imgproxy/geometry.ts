// What imgproxy's resizing types and gravities mean in the terms of vipsthumbnail.
import type { Options } from "./options.js";

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

type Resizing = "fit" | "fill" | "force";

/** The argument of `--size`, or undefined where the size stays. */
export function thumbnailSize(options: Options, source: Dimensions): string | undefined {
  const { width, height, enlarge } = options;
  if (width === 0 && height === 0) return undefined;
  if (resizing(options, source) === "force") {
    const forced = forcedSize(options, source);
    return `${forced.width}x${forced.height}!`;
  }
  return `${width || ""}x${height || ""}${enlarge ? "" : ">"}`;
}

/** The argument of `--smartcrop`, or undefined where nothing is cut off. */
export function smartcrop(options: Options, source: Dimensions): string | undefined {
  if (resizing(options, source) !== "fill") return undefined;
  if (options.gravity === "sm") return "attention";
  const tooWide = source.width / source.height > options.width / options.height;
  const [low, high] = tooWide ? ["we", "ea"] : ["no", "so"];
  if (options.gravity.includes(low)) return "low";
  return options.gravity.includes(high) ? "high" : "centre";
}

function resizing(options: Options, source: Dimensions): Resizing {
  const { width, height } = options;
  if (width === 0 || height === 0) return "fit";
  if (options.resizing !== "auto") return options.resizing;
  return source.width > source.height === width > height ? "fill" : "fit";
}

/** Without `enlarge` the proportions are forced, and neither side grows. */
function forcedSize({ width, height, enlarge }: Options, source: Dimensions): Dimensions {
  const growth = Math.max(width / source.width, height / source.height);
  const scale = enlarge ? 1 : Math.max(growth, 1);
  return {
    width: Math.max(1, Math.round(width / scale)),
    height: Math.max(1, Math.round(height / scale)),
  };
}
