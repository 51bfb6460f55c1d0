// Resumable uploads: the tus protocol by its own server, with the API's checks around it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { S3Store } from "@tus/s3-store";
import { MemoryLocker, Server, type ServerOptions, type Upload } from "@tus/server";
import { clientSettings } from "./blobs.js";
import { checkMimeType } from "./body.js";
import type { Call, Services } from "./call.js";
import { asStorageError, invalidSignature } from "./errors.js";
import { uploadLocation } from "./resumable-location.js";
import { decodeUploadId, newUploadId, parseUploadId } from "./upload-id.js";
import { bucketOf, complete, mayUpload, sizeLimit } from "./uploads.js";

type TusRequest = Parameters<NonNullable<ServerOptions["onUploadCreate"]>>[0];

/** Answers the requests of `/upload/resumable`. */
export class ResumableUploads {
  private readonly server: Server;
  private readonly calls = new WeakMap<IncomingMessage, Call>();

  constructor(private readonly services: Services) {
    const { settings } = services;
    const { objectStore, resumable, tenantId } = settings;
    this.server = new Server({
      path: resumable.path,
      datastore: new S3Store({
        partSize: resumable.partSize,
        // Parts wait in files under /tmp, which are memory where the root is read-only.
        maxConcurrentPartUploads: 2,
        useTags: resumable.tags,
        expirationPeriodInMilliseconds: 60 * 60 * 1000,
        s3ClientConfig: { ...clientSettings(objectStore, objectStore.endpoint), bucket: objectStore.bucket },
      }),
      locker: new MemoryLocker(),
      disableTerminationForFinishedUploads: true,
      respectForwardedHeaders: true,
      allowedHeaders: ["Authorization", "X-Upsert", "Upload-Expires", "ApiKey", "x-signature"],
      namingFunction: (_, metadata) => newUploadId(tenantId, metadata),
      getFileIdFromRequest: (request) => decodeUploadId(tenantId, this.call(request).request.url ?? ""),
      generateUrl: (request, { proto, host, id }) => {
        const { headers, url = "" } = this.call(request).request;
        return uploadLocation(resumable, { headers, url, proto, host, id });
      },
      maxSize: (request, id) => this.maxSize(request, id),
      onIncomingRequest: (request, id) => this.authorise(request, id),
      onUploadCreate: (request, upload) => this.created(request, upload),
      onUploadFinish: (request, upload) => this.finished(request, upload),
      onResponseError: (_, error) => {
        if (!(error instanceof Error)) return undefined;
        const { status, message } = asStorageError(error);
        return { status_code: status, body: message };
      },
    });
  }

  async handle(call: Call, response: ServerResponse): Promise<void> {
    this.calls.set(call.request, call);
    await this.server.handle(call.request, response);
  }

  /** The call that a request of the tus server belongs to. */
  private call(request: TusRequest, id?: string): Call {
    const incoming = request.runtime?.node?.req as IncomingMessage | undefined;
    const call = incoming && this.calls.get(incoming);
    if (call === undefined) throw new Error("this request came in another way");
    return id === undefined ? call : { ...call, ...parseUploadId(id) };
  }

  private async maxSize(request: TusRequest, id: string | null): Promise<number> {
    if (id === null) return this.services.settings.fileSizeLimit;
    const call = this.call(request, id);
    return sizeLimit(call, await bucketOf(call));
  }

  /** Who may not write this object is told so at each request, the first one included. */
  private async authorise(request: TusRequest, id: string): Promise<void> {
    const call = this.call(request, id);
    const payload = isSigned(call) ? await this.signedPayload(call) : undefined;
    if (["HEAD", "OPTIONS"].includes(request.method)) return;
    const { bucket, name, identity } = call;
    const object = { bucket, name, version: "1", owner: identity.owner };
    const asked = call.request.headers["x-upsert"] === "true";
    await mayUpload(call, object, payload === undefined ? asked : payload.upsert === true);
  }

  private async created(request: TusRequest, upload: Upload): Promise<{ metadata: Upload["metadata"] }> {
    const call = this.call(request, upload.id);
    const { contentType, cacheControl } = upload.metadata ?? {};
    const bucket = await bucketOf(call);
    if (contentType) checkMimeType(contentType, bucket.allowed_mime_types);
    const seconds = /^\d+$/.test(cacheControl ?? "") ? `max-age=${cacheControl}` : "no-cache";
    return { metadata: { ...upload.metadata, cacheControl: seconds } };
  }

  private async finished(request: TusRequest, upload: Upload) {
    const call = this.call(request, upload.id);
    const payload = isSigned(call) ? await this.signedPayload(call) : undefined;
    const owner = payload === undefined ? call.identity.owner : payload.owner;
    const location = parseUploadId(upload.id);
    const metadata = await call.blobs.head(location);
    const identity = { ...call.identity, owner: typeof owner === "string" ? owner : undefined };
    await complete({ ...call, identity }, location, metadata, userMetadata(upload));
    return { headers: { "Tus-Complete": "1" } };
  }

  private async signedPayload({ tokens, request, bucket, name }: Call) {
    const signature = request.headers["x-signature"];
    if (typeof signature !== "string") throw invalidSignature("Missing x-signature header");
    return tokens.signed(signature, `${bucket}/${name}`, "upload");
  }
}

const isSigned = ({ request }: Call): boolean => isSignedUpload((request.url ?? "").split("?", 1)[0] ?? "");

/** Whether an upload shows a signature instead of a user's token. */
export const isSignedUpload = (path: string): boolean => /^\/upload\/resumable\/sign(\/|$)/.test(path);

function userMetadata({ metadata }: Upload): object | undefined {
  try {
    const value: unknown = JSON.parse(metadata?.metadata ?? "");
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
