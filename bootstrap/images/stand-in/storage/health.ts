import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseError } from "pg";
import { log } from "../lib/log.js";
import { json, type Reply, type Services } from "./call.js";
import { isS3Error } from "./errors.js";
import type { Settings } from "./settings.js";

/** Whether the database and the bucket answer at this moment. */
export async function health({ database, blobs }: Services): Promise<Reply> {
  const query = "select 1 from storage.buckets limit 1";
  const checks = await Promise.allSettled([
    database.pool.query(query),
    blobs.check(AbortSignal.timeout(5000)),
  ]);
  const [databaseOk, bucketOk] = checks.map(({ status }) => status === "fulfilled");
  return json({ healthy: databaseOk === true && bucketOk === true, database: databaseOk, bucket: bucketOk });
}

/** Waits half a minute for the database and the bucket; what refuses us for good ends the wait at once. */
export async function waitFor(services: Services, migrate: () => Promise<void>): Promise<void> {
  const end = Date.now() + 30_000;
  await persist(databaseName(services.settings), migrate, end);
  await persist(bucketName(services.settings), () => services.blobs.check(AbortSignal.timeout(5000)), end);
}

async function persist(what: string, attempt: () => Promise<void>, end: number): Promise<void> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const complaint = `${what}: ${reason(error)}`;
      if (isFinal(error) || Date.now() > end) throw new Error(complaint);
      log(`${complaint}; trying again`);
      await sleep(1000);
    }
  }
}

/** Refused logins and missing rights, which no waiting mends. */
function isFinal(error: unknown): boolean {
  if (error instanceof DatabaseError) return !["57P03", "53300"].includes(error.code ?? "");
  return isS3Error(error) && [401, 403].includes(error.$metadata.httpStatusCode ?? 0);
}

function databaseName({ databaseUrl }: Settings): string {
  const { username, host, pathname } = new URL(databaseUrl);
  return `database ${pathname.slice(1)} at ${host} as role ${decodeURIComponent(username)}`;
}

const bucketName = ({ objectStore: { bucket, endpoint } }: Settings): string =>
  `bucket ${bucket} at ${endpoint?.origin ?? "Amazon S3"}`;

const meanings: Readonly<Record<number, string>> = {
  401: "the access key is refused",
  403: "the access key is refused",
  404: "there is no such bucket",
};

function reason(error: unknown): string {
  if (isS3Error(error)) {
    const meaning = meanings[error.$metadata.httpStatusCode ?? 0];
    if (meaning !== undefined) return meaning;
  }
  // A host with several addresses fails with one error for each and no message of its own.
  if (error instanceof AggregateError) return error.errors.map(reason).join(", ");
  return error instanceof Error ? error.message || error.name : String(error);
}
