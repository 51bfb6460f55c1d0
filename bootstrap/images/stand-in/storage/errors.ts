import { DatabaseError } from "pg";

/** An error in the shape that the Storage API answers with. */
export class StorageError extends Error {
  constructor(
    /** Status that the body names; the answer's own is 400 or 500 for most. */
    readonly status: number,
    readonly code: string,
    message: string,
    /** Older name of the error, which clients still look at. @default - the code */
    readonly error: string = code,
  ) {
    super(message);
  }

  /** Status of the answer. */
  get httpStatus(): number {
    return [429, 500, 544].includes(this.status) ? this.status : 400;
  }

  get body(): string {
    const { status, code, error, message } = this;
    return JSON.stringify({ statusCode: String(status), code, error, message });
  }
}

export const noSuchBucket = () =>
  new StorageError(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
export const noSuchKey = () => new StorageError(404, "NoSuchKey", "Object not found", "not_found");
export const accessDenied = (message: string) =>
  new StorageError(403, "AccessDenied", message, "Unauthorized");
export const invalidKey = (key: string) => new StorageError(400, "InvalidKey", `Invalid key: ${key}`);
export const invalidRequest = (message: string) => new StorageError(400, "InvalidRequest", message);
export const invalidParameter = (message: string) => new StorageError(400, "InvalidParameter", message);
export const invalidSignature = (message = "Invalid signature") =>
  new StorageError(400, "InvalidSignature", message);
export const tooLarge = (what = "object") =>
  new StorageError(
    413,
    "EntityTooLarge",
    `The ${what} exceeded the maximum allowed size`,
    "Payload too large",
  );
export const alreadyExists = (code = "ResourceAlreadyExists") =>
  new StorageError(409, code, "The resource already exists", "Duplicate");

const byState: Readonly<Record<string, (error: DatabaseError) => StorageError>> = {
  "42501": ({ message }) =>
    accessDenied(
      message.includes("row-level security") ? "new row violates row-level security policy" : message,
    ),
  "23505": () => alreadyExists(),
  "23503": () => new StorageError(404, "InvalidRequest", "The related resource does not exist"),
  "55P03": () => new StorageError(423, "ResourceLocked", "The resource is locked"),
  "57014": () => new StorageError(544, "DatabaseTimeout", "The connection to the database timed out"),
  "25006": () => new StorageError(503, "DatabaseReadOnly", "The database takes no changes at the moment"),
  "22P02": ({ message }) => invalidParameter(message),
  "53300": () =>
    new StorageError(429, "SlowDown", "Too many connections to the database", "too_many_connections"),
};

/** Whatever went wrong, in a form that can be answered. */
export function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  if (error instanceof DatabaseError) {
    const known = byState[error.code ?? ""];
    return known?.(error) ?? new StorageError(500, "DatabaseError", `database error, code: ${error.code}`);
  }
  if (isS3Error(error)) {
    const status = error.$metadata.httpStatusCode ?? 500;
    if (status === 404) return new StorageError(404, "NoSuchKey", "The resource was not found", "Not found");
    return new StorageError(status, "S3Error", error.name, error.message);
  }
  const message = error instanceof Error ? error.message : "Internal server error";
  return new StorageError(500, "InternalError", message, "Internal");
}

interface S3Error extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** Whether the object store, or the way to it, said no. */
export function isS3Error(error: unknown): error is S3Error {
  return error instanceof Error && "$metadata" in error;
}
