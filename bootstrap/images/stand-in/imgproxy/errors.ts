/** What went wrong, in the words that imgproxy answers with. */
export class ImageError extends Error {
  constructor(
    readonly status: number,
    /** What the client is told. */
    readonly publicMessage: string,
    /** What the log says. */
    message: string,
    /** Label of the metric `errors_total`. */
    readonly type: "path_parsing" | "security" | "queue" | "download" | "processing" | "timeout",
  ) {
    super(message);
  }
}

export const invalidUrl = (message: string): ImageError =>
  new ImageError(404, "Invalid URL", message, "path_parsing");

export const forbidden = (message: string): ImageError =>
  new ImageError(403, "Forbidden", message, "security");

export const invalidSource = (message: string): ImageError =>
  new ImageError(404, "Invalid source URL", message, "security");

export const unreachable = (status: number, message: string): ImageError =>
  new ImageError(status, "Source image is unreachable", message, "download");

export const unusable = (message: string): ImageError =>
  new ImageError(422, "Invalid source image", message, "processing");

export const unsupportedResult = (format: string): ImageError =>
  new ImageError(422, "Invalid URL", `Resulting image format is not supported: ${format}`, "path_parsing");

export const timedOut = (): ImageError => new ImageError(503, "Timeout", "Request was timed out", "timeout");

export const tooManyRequests = (): ImageError =>
  new ImageError(429, "Too many requests", "Too many requests", "queue");

/** Any failure as one that can be answered. */
export function asImageError(error: unknown): ImageError {
  if (error instanceof ImageError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ImageError(500, "Internal error", message, "processing");
}
