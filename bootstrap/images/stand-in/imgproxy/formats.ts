export type Format = "jpeg" | "png" | "webp" | "gif" | "avif";

/** Formats by the names that a URL may use. */
export const formatNames: ReadonlyMap<string, Format> = new Map([
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
  ["png", "png"],
  ["webp", "webp"],
  ["gif", "gif"],
  ["avif", "avif"],
]);

export const mimeTypes: Readonly<Record<Format, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
};

/** Quality where neither the URL nor the environment asks for one. */
export const formatQuality: Readonly<Partial<Record<Format, number>>> = { webp: 79, avif: 63 };

const signatures: ReadonlyArray<readonly [format: Format, offset: number, bytes: string]> = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["gif", 0, "GIF8"],
  ["webp", 8, "WEBPVP8"],
  ["avif", 4, "ftypavif"],
];

/** The format that the first bytes name, whatever the source calls itself. */
export function detectFormat(data: Buffer): Format | undefined {
  return signatures.find(([, offset, bytes]) =>
    data.subarray(offset, offset + bytes.length).equals(Buffer.from(bytes, "latin1")),
  )?.[0];
}

/** How libvips is told to write a format to its standard output. */
export function saver(format: Format, quality: number): string {
  const options: Readonly<Record<Format, string>> = {
    jpeg: `.jpg[Q=${quality},background=255,keep=none]`,
    png: ".png[keep=none]",
    webp: `.webp[Q=${quality},keep=none]`,
    gif: ".gif[keep=none]",
    avif: `.avif[Q=${quality},effort=1,keep=none]`,
  };
  return options[format];
}
