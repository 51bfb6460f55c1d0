import { randomBytes } from "node:crypto";
import type { Outcome } from "../../bootstrap/run.js";
import { shellQuote } from "../../components/shell.js";
import { bad, type Check, good, reasonOf, type Verdict } from "./check.js";
import { scriptIn } from "./exec.js";
import { type Answer, type Ask, type Question, speakTo } from "./http.js";
import { logsOf, type Platform, remakeOf, running } from "./platform.js";

const rootUser = "minio";

/** Whether the bucket is there, and a file gets through Storage into it and back. */
export function bucketChecks(platform: Platform): Check[] {
  const storage = platform.services.find(({ component }) => component === "storage");
  const bucket = storage?.environment.GLOBAL_S3_BUCKET ?? "storage";
  const { endpoints, caCertificate, minioPassword, serviceRoleKey } = platform.outputs;
  return [
    {
      group: "files",
      name: `bucket ${bucket}`,
      ask: async (signal) => {
        const { id } = running(platform, "minio");
        const outcome = await scriptIn(id, bucketScript(bucket, minioPassword), { signal });
        return judgeBucket(platform, bucket, outcome);
      },
    },
    {
      group: "files",
      name: "a file by way of storage",
      ask: (signal) => roundTrip(platform, speakTo(endpoints.api, caCertificate), serviceRoleKey, signal),
    },
  ];
}

/** Asks MinIO's own client; the password is in its environment alone. */
export const bucketScript = (bucket: string, password: string): string => `
export MC_CONFIG_DIR=/tmp/verify-$$
export MC_HOST_local=${shellQuote([`http://${rootUser}:${password}@localhost:9000`])}
mc ls --json ${shellQuote([`local/${bucket}`])} </dev/null
code=$?
rm -rf "$MC_CONFIG_DIR"
exit $code
`;

export function judgeBucket(
  platform: Pick<Platform, "stack">,
  bucket: string,
  { code, stdout, stderr }: Outcome,
): Verdict {
  if (code === 0) return good("is there");
  const said = `${stdout}\n${stderr}`;
  if (/NoSuchBucket|bucket (does|.*does) not exist/i.test(said)) {
    return bad(`bucket ${bucket} is missing`, remakeOf(platform, "minio-prepare-command"));
  }
  if (/InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Access Key Id|signature/i.test(said)) {
    return bad("MinIO refuses the stack's password", remakeOf(platform, "minio-container"));
  }
  return bad(`MinIO could not be asked: ${said.trim().split("\n").pop() ?? ""}`, logsOf(platform, "minio"));
}

/** Puts a file into a bucket of its own, reads it and removes both. */
async function roundTrip(platform: Platform, api: Ask, key: string, signal: AbortSignal): Promise<Verdict> {
  const name = `verify-${randomBytes(6).toString("hex")}`;
  const common = { apikey: key, Authorization: `Bearer ${key}` };
  const ask = ({ path, headers, ...question }: Question, until = signal) =>
    api({ ...question, path: `/storage/v1${path}`, headers: { ...common, ...headers } }, until);
  const made = await ask({ method: "POST", path: "/bucket", ...json({ id: name, name, public: false }) });
  if (made.status !== 200) return judgeStep(platform, "makes no bucket", made);
  const verdict = await putAndGet(platform, ask, name).catch((error: unknown) =>
    bad(reasonOf(error), logsOf(platform, "storage")),
  );
  // Whatever came before, nothing is left behind.
  const soon = AbortSignal.timeout(2000);
  await ask({ method: "DELETE", path: `/object/${name}`, ...json({ prefixes: [file] }) }, soon);
  const removed = await ask({ method: "DELETE", path: `/bucket/${name}` }, soon);
  return verdict.ok && removed.status !== 200
    ? judgeStep(platform, `does not remove bucket ${name}`, removed)
    : verdict;
}

const file = "file.txt";

const json = (value: unknown) => ({
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

async function putAndGet(
  platform: Platform,
  ask: (question: Question) => Promise<Answer>,
  bucket: string,
): Promise<Verdict> {
  const put = await ask({
    ...{ method: "POST", path: `/object/${bucket}/${file}`, body: bucket },
    headers: { "Content-Type": "text/plain" },
  });
  if (put.status !== 200) return judgeStep(platform, "takes no file", put);
  const got = await ask({ path: `/object/authenticated/${bucket}/${file}` });
  return got.status === 200 && got.body === bucket
    ? good("put, read and removed")
    : judgeStep(platform, "does not give the file back", got);
}

/** What Storage said when it did not do a step. */
export const judgeStep = (
  platform: Pick<Platform, "stack">,
  what: string,
  { status, body }: Pick<Answer, "status" | "body">,
): Verdict =>
  bad(`storage ${what}: ${String(status)} ${body.slice(0, 200)}`.trim(), logsOf(platform, "storage"));
