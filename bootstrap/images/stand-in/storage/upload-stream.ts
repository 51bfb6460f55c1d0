import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { tooLarge } from "./errors.js";

export interface UploadOptions {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Most bytes that are taken. */
  readonly limit: number;
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

/** The smallest part that S3 takes. */
const partSize = 5 * 1024 * 1024;

/** Uploads a stream of unknown length; no more than two parts of it are in memory. */
export async function uploadStream(
  client: S3Client,
  target: Target,
  source: AsyncIterable<Buffer>,
  { contentType, cacheControl, limit }: UploadOptions,
): Promise<void> {
  const headers = { ContentType: contentType, CacheControl: cacheControl };
  const parts = inParts(source, limit);
  const first = (await parts.next()).value ?? Buffer.alloc(0);
  const second = await parts.next();
  if (second.done === true) {
    await client.send(
      new PutObjectCommand({ ...target, ...headers, Body: first, ContentLength: first.length }),
    );
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...headers }));
  const upload = { ...target, UploadId };
  try {
    const done: { PartNumber: number; ETag?: string }[] = [];
    const send = async (Body: Buffer) => {
      const part = { PartNumber: done.length + 1, ContentLength: Body.length };
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, ...part, Body }));
      done.push({ PartNumber: part.PartNumber, ETag });
    };
    await send(first);
    await send(second.value);
    for await (const part of parts) await send(part);
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

/** Cuts a stream into parts of one size, the last one smaller. */
async function* inParts(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer, undefined> {
  let [waiting, size, total]: [Buffer[], number, number] = [[], 0, 0];
  for await (const chunk of source) {
    total += chunk.length;
    if (total > limit) throw tooLarge();
    waiting.push(chunk);
    size += chunk.length;
    while (size >= partSize) {
      const all = Buffer.concat(waiting);
      yield all.subarray(0, partSize);
      waiting = [all.subarray(partSize)];
      size -= partSize;
    }
  }
  if (size > 0) yield Buffer.concat(waiting);
  return undefined;
}
