import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { log } from "../lib/log.js";
import { presign } from "./presign.js";
import type { Settings } from "./settings.js";
import type { ObjectStore } from "./settings-s3.js";
import { uploadStream, type UploadOptions } from "./upload-stream.js";

/** What the row of an object says about its bytes. */
export interface BlobMetadata {
  readonly eTag: string;
  readonly size: number;
  readonly mimetype: string;
  readonly cacheControl: string;
  readonly lastModified: string;
  readonly contentLength: number;
  readonly httpStatusCode: number;
}

/** Where one version of an object's bytes lies. */
export interface Location {
  readonly bucket: string;
  readonly name: string;
  readonly version: string;
}

export interface Conditions {
  readonly range?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
}

/** The objects' bytes, all in one bucket of an object store. */
export class Blobs {
  private readonly client: S3Client;
  private readonly assets: S3Client;
  private readonly bucket: string;
  private readonly tenant: string;

  constructor({ objectStore, tenantId }: Settings) {
    this.bucket = objectStore.bucket;
    this.tenant = tenantId;
    this.client = connect(objectStore, objectStore.endpoint);
    const { privateAssetEndpoint = objectStore.endpoint } = objectStore;
    this.assets = connect(objectStore, privateAssetEndpoint);
  }

  key({ bucket, name, version }: Location): string {
    return `${this.tenant}/${bucket}/${name}/${version}`;
  }

  async put(
    location: Location,
    source: AsyncIterable<Buffer>,
    options: UploadOptions,
  ): Promise<BlobMetadata> {
    await uploadStream(this.client, { Bucket: this.bucket, Key: this.key(location) }, source, options);
    return this.head(location);
  }

  async head(location: Location): Promise<BlobMetadata> {
    const input = { Bucket: this.bucket, Key: this.key(location) };
    const found = await this.client.send(new HeadObjectCommand(input));
    const size = found.ContentLength ?? 0;
    return {
      eTag: found.ETag ?? "",
      size,
      mimetype: found.ContentType ?? "application/octet-stream",
      cacheControl: found.CacheControl ?? "no-cache",
      lastModified: (found.LastModified ?? new Date()).toISOString(),
      contentLength: size,
      httpStatusCode: 200,
    };
  }

  get(location: Location, conditions: Conditions, signal: AbortSignal): Promise<GetObjectCommandOutput> {
    const { range, ifNoneMatch, ifModifiedSince } = conditions;
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: this.key(location),
      Range: range,
      IfNoneMatch: ifNoneMatch,
      IfModifiedSince: ifModifiedSince === undefined ? undefined : new Date(ifModifiedSince),
    });
    return this.client.send(command, { abortSignal: signal });
  }

  async copy(from: Location, to: Location): Promise<BlobMetadata> {
    const source = [this.bucket, ...this.key(from).split("/")].map(encodeURIComponent).join("/");
    const input = { Bucket: this.bucket, Key: this.key(to), CopySource: source };
    await this.client.send(new CopyObjectCommand(input));
    return this.head(to);
  }

  /** Deletes what is no longer pointed to; a failure leaves bytes that nobody sees, and a line in the log. */
  async discard(locations: readonly Location[]): Promise<void> {
    // Resumable uploads leave a note of the upload beside the bytes.
    const keys = locations.flatMap((location) => [this.key(location), `${this.key(location)}.info`]);
    try {
      for (let i = 0; i < keys.length; i += 1000) {
        const Objects = keys.slice(i, i + 1000).map((Key) => ({ Key }));
        await this.client.send(
          new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
        );
      }
    } catch (error) {
      log(`${keys.length} keys were not deleted: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A URL that anyone may fetch the bytes from for ten minutes. */
  url(location: Location): Promise<string> {
    return presign(this.assets, this.bucket, this.key(location), 600);
  }

  async check(signal?: AbortSignal): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), { abortSignal: signal });
  }

  close(): void {
    this.client.destroy();
    this.assets.destroy();
  }
}

/** Settings of a client, for resumable uploads as well. */
export function clientSettings(store: ObjectStore, endpoint: URL | undefined) {
  const { region, accessKeyId, secretAccessKey, forcePathStyle } = store;
  return {
    region,
    forcePathStyle,
    credentials: { accessKeyId, secretAccessKey },
    // Stores other than Amazon's know the newer checksums only in part.
    requestChecksumCalculation: "WHEN_REQUIRED" as const,
    responseChecksumValidation: "WHEN_REQUIRED" as const,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 60_000 },
    ...(endpoint === undefined ? {} : { endpoint: endpoint.href }),
  };
}

const connect = (store: ObjectStore, endpoint: URL | undefined): S3Client =>
  new S3Client(clientSettings(store, endpoint));
