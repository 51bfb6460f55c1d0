/** What one ending says of a file. */
interface MediaType {
  readonly type: string;
  readonly endings: readonly string[];
  /** Whether compression makes it smaller; pictures, sound and fonts are compressed by themselves. */
  readonly compressible: boolean;
}

const text = (type: string, ...endings: string[]): MediaType => ({ type, endings, compressible: true });
const binary = (type: string, ...endings: string[]): MediaType => ({ type, endings, compressible: false });

/** IANA's types for what frontends are built of; RFC 9239 for JavaScript. */
const mediaTypes: readonly MediaType[] = [
  text("text/html", "html", "htm"),
  text("text/css", "css"),
  text("text/javascript", "js", "mjs", "cjs"),
  text("application/json", "json"),
  text("application/ld+json", "jsonld"),
  text("application/geo+json", "geojson"),
  text("application/manifest+json", "webmanifest"),
  text("application/wasm", "wasm"),
  text("application/xml", "xml"),
  text("application/rss+xml", "rss"),
  text("application/atom+xml", "atom"),
  text("application/xhtml+xml", "xhtml"),
  text("text/plain", "txt"),
  text("text/markdown", "md"),
  text("text/csv", "csv"),
  text("text/vtt", "vtt"),
  text("text/calendar", "ics"),
  text("image/svg+xml", "svg"),
  text("image/vnd.microsoft.icon", "ico"),
  text("image/bmp", "bmp"),
  text("font/ttf", "ttf"),
  text("font/otf", "otf"),
  text("model/gltf+json", "gltf"),
  binary("font/woff", "woff"),
  binary("font/woff2", "woff2"),
  binary("image/png", "png"),
  binary("image/apng", "apng"),
  binary("image/jpeg", "jpg", "jpeg"),
  binary("image/gif", "gif"),
  binary("image/webp", "webp"),
  binary("image/avif", "avif"),
  binary("image/jxl", "jxl"),
  binary("audio/mpeg", "mp3"),
  binary("audio/mp4", "m4a"),
  binary("audio/ogg", "ogg", "opus"),
  binary("audio/wav", "wav"),
  binary("video/mp4", "mp4", "m4v"),
  binary("video/webm", "webm"),
  binary("model/gltf-binary", "glb"),
  binary("application/pdf", "pdf"),
  binary("application/zip", "zip"),
  binary("application/gzip", "gz"),
];

/** Endings by type, as nginx's `types` has them. */
export const endingsByType: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  mediaTypes.map(({ type, endings }) => [type, endings]),
);

/** Types of text, which is in UTF-8. */
export const textTypes: readonly string[] = mediaTypes
  .map(({ type }) => type)
  .filter((type) => type.startsWith("text/") && type !== "text/html");

const compressible = new Set(
  mediaTypes.filter((one) => one.compressible).flatMap(({ endings }) => endings.map((name) => `.${name}`)),
);

/** @param ending with its dot, e.g. `.js` */
export const isCompressible = (ending: string): boolean => compressible.has(ending.toLowerCase());
