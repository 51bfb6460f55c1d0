import { shellQuote } from "../shell.js";

/** A bucket and the one account that may use it. */
export interface Bucket {
  readonly name: string;
  readonly user: string;
}

export interface BucketSecrets {
  /** The account that sets everything up. */
  readonly root: { readonly user: string; readonly password: string };
  /** Password of the bucket's account. */
  readonly password: string;
}

/** What the bucket's account may do, in the policy language of S3. */
export const bucketPolicy = (bucket: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: [`arn:aws:s3:::${bucket}`],
      },
      {
        Effect: "Allow",
        Action: [
          ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
          ...["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        ],
        Resource: [`arn:aws:s3:::${bucket}/*`],
      },
    ],
  });

/**
 * A shell script for MinIO's own client that makes the bucket, its account and the account's policy; it may be run
 * again at any time, with other passwords too. Passwords reach the client by its environment and standard input, so that
 * no list of processes shows them.
 */
export function prepareBucket({ name, user }: Bucket, { root, password }: BucketSecrets): string {
  const quoted = (value: string): string => shellQuote([value]);
  return `
set -eu
export MC_CONFIG_DIR=/tmp/mc
export MC_HOST_local=${quoted(`http://${root.user}:${root.password}@localhost:9000`)}
mc mb --quiet --ignore-existing ${quoted(`local/${name}`)} >/dev/null
printf '%s\\n%s\\n' ${quoted(user)} ${quoted(password)} | mc admin user add local >/dev/null
printf '%s' ${quoted(bucketPolicy(name))} >/tmp/policy.json
mc admin policy create local ${quoted(name)} /tmp/policy.json >/dev/null
if ! mc admin policy entities local --user ${quoted(user)} | grep -qw ${quoted(name)}; then
  mc admin policy attach local ${quoted(name)} --user ${quoted(user)} >/dev/null
fi
rm -rf /tmp/mc /tmp/policy.json
`.trimStart();
}
