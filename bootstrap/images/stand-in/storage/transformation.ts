import { invalidParameter } from "./errors.js";
import type { Images } from "./settings-images.js";

/** What is to be done to an image, in the API's terms. */
export interface Transformation {
  readonly width?: number;
  readonly height?: number;
  readonly resize?: "cover" | "contain" | "fill";
  readonly quality?: number;
  readonly format?: "origin" | "avif" | "webp";
  readonly gravity?: string;
}

const resizes = ["cover", "contain", "fill"] as const;
const formats = ["origin", "avif", "webp"] as const;
const gravities = ["no", "so", "ea", "we", "noea", "nowe", "soea", "sowe", "ce", "sm"] as const;

/** imgproxy's names for the ways to resize. */
const resizingTypes = { cover: "fill", contain: "fit", fill: "force" } as const;

/** Reads a query or a body; what is no transformation is left out. */
export function parseTransformation(values: Readonly<Record<string, unknown>>): Transformation {
  return {
    width: whole("width", values.width, 0, 100_000),
    height: whole("height", values.height, 0, 100_000),
    quality: whole("quality", values.quality, 20, 100),
    resize: oneOf("resize", values.resize, resizes),
    format: oneOf("format", values.format, formats),
    gravity: oneOf("gravity", values.gravity, gravities),
  };
}

/** The segments of an imgproxy URL. */
export function imgproxyOptions(wanted: Transformation, images: Images): string[] {
  return segments(wanted, images, `resizing_type:${resizingTypes[wanted.resize ?? "cover"]}`);
}

/** The form in which a signed URL's token carries it. */
export function tokenText(wanted: Transformation, images: Images): string {
  return segments(wanted, images, `resize:${wanted.resize ?? "cover"}`).join(",");
}

/** The transformation that a signed URL's token carries. */
export function fromTokenText(text: string): Transformation {
  const pairs = text.split(",").map((part) => part.split(":").slice(0, 2) as [string, string?]);
  return parseTransformation(Object.fromEntries(pairs) as Record<string, unknown>);
}

function segments(wanted: Transformation, { size }: Images, resize: string): string[] {
  const { width, height, quality, format, gravity } = wanted;
  const clamped = (value: number) => Math.min(Math.max(value, size.min), size.max);
  return [
    ...(height ? [`height:${clamped(height)}`] : []),
    ...(width ? [`width:${clamped(width)}`] : []),
    ...(width || height ? [resize] : []),
    ...(quality ? [`quality:${quality}`] : []),
    ...(format !== undefined && format !== "origin" ? [`format:${format}`] : []),
    ...(gravity === undefined ? [] : [`gravity:${gravity}`]),
  ];
}

function whole(name: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalidParameter(`${name} must be a whole number from ${min} to ${max}`);
}

function oneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const known = allowed.find((one) => one === value);
  if (known === undefined) throw invalidParameter(`${name} must be one of ${allowed.join(", ")}`);
  return known;
}
