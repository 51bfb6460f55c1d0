import { unsupportedResult, unusable } from "./errors.js";
import { detectFormat, type Format, formatQuality, saver } from "./formats.js";
import { type Dimensions, smartcrop, thumbnailSize } from "./geometry.js";
import type { Options } from "./options.js";
import type { Settings } from "./settings.js";
import { runVips } from "./vips.js";

export interface Result {
  readonly format: Format;
  readonly data: Buffer;
}

/** Makes one image out of another. */
export async function transform(
  source: Buffer,
  options: Options,
  settings: Settings,
  signal: AbortSignal,
  accept: string,
): Promise<Result> {
  const own = detectFormat(source);
  if (own === undefined) throw unusable("Source image type not supported");
  const dimensions = await inspect(source, signal);
  if (dimensions.width * dimensions.height > settings.maxSourceResolution)
    throw unusable("Source image resolution is too big");
  const preferred = settings.autoWebp && accept.includes("image/webp") ? "webp" : own;
  const format = options.format ?? preferred;
  const target = saver(format, options.quality || formatQuality[format] || settings.quality);
  const data = await runVips(...command(options, dimensions, target), source, signal);
  if (data.length === 0) throw unsupportedResult(format);
  return { format, data };
}

function command(
  options: Options,
  dimensions: Dimensions,
  target: string,
): ["vips" | "vipsthumbnail", readonly string[]] {
  const size = thumbnailSize(options, dimensions);
  if (size === undefined) return ["vips", ["autorot", "stdin", target]];
  const crop = smartcrop(options, dimensions);
  const cropping = crop === undefined ? [] : ["--smartcrop", crop];
  return ["vipsthumbnail", ["stdin", "--size", size, ...cropping, "--export-profile", "srgb", "-o", target]];
}

/** Width and height as they are seen, that is, after the turn that a camera asks for. */
async function inspect(source: Buffer, signal: AbortSignal): Promise<Dimensions> {
  const text = (await runVips("vipsheader", ["-a", "stdin"], source, signal)).toString("utf8");
  const field = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, "m").exec(text)?.[1] ?? 0);
  const [width, height, orientation] = [field("width"), field("height"), field("orientation")];
  if (width === 0 || height === 0) throw unusable("The source has no dimensions");
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
