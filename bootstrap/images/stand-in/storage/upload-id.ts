import { randomUUID } from "node:crypto";
import type { Location } from "./blobs.js";
import { StorageError } from "./errors.js";
import { validName } from "./call.js";

/** The id of a resumable upload, which is the key of its bytes as well. */
export function uploadId(tenant: string, { bucket, name, version }: Location): string {
  return [tenant, bucket, name, version].join("/");
}

/** The id of a new upload, out of the metadata that the client sends. */
export function newUploadId(tenant: string, metadata: Readonly<Record<string, string | null>> = {}): string {
  const { bucketName, objectName } = metadata;
  if (!bucketName) throw new StorageError(400, "InvalidBucketName", "Bucket name invalid", "Invalid Input");
  const name = validName(objectName ?? "");
  return uploadId(tenant, { bucket: bucketName, name, version: randomUUID() });
}

export function parseUploadId(id: string): Location {
  const [, bucket, ...rest] = id.split("/");
  const version = rest.pop();
  const name = rest.join("/");
  if (!bucket || !version || name === "") throw new StorageError(400, "InvalidUploadId", "Invalid upload id");
  return { bucket, name, version };
}

/** The last part of an upload's URL: the id without its tenant. */
export function encodeUploadId(id: string): string {
  return Buffer.from(id.split("/").slice(1).join("/")).toString("base64url");
}

/** The id in an upload's URL, or undefined where the URL is that of all uploads. */
export function decodeUploadId(tenant: string, url: string): string | undefined {
  const last = (url.split("?", 1)[0] ?? "").replace(/\/+$/, "").split("/").pop() ?? "";
  if (["resumable", "sign"].includes(last)) return undefined;
  return `${tenant}/${Buffer.from(last, "base64url").toString("utf8")}`;
}
