import * as pulumi from "@pulumi/pulumi";
import { signMinioMetrics } from "../credentials.js";
import { Job } from "../job.js";
import { type Bucket, prepareBucket } from "../minio/prepare.js";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs, publishDirect } from "./common.js";

export interface MinioArgs extends PlatformServiceArgs {
  /** Password of the operator's own account. */
  readonly password: pulumi.Input<string>;
  /** Password of the account that may use the bucket, and nothing else. */
  readonly storagePassword: pulumi.Input<string>;
}

const rootUser = "minio";

/** MinIO: the bytes of all files, behind the S3 protocol. */
export class Minio extends pulumi.ComponentResource {
  readonly service: Service;
  readonly url = "http://minio:9000";
  readonly region = "us-east-1";
  readonly bucket = "storage";
  /** The account that may use the bucket. */
  readonly storageUser = "storage";
  readonly storageSecret: pulumi.Output<string>;
  /** What whoever reads the metrics has to show. */
  readonly metricsToken: pulumi.Output<string>;

  constructor(name: string, args: MinioArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Minio", name, {}, opts);
    this.storageSecret = pulumi.secret(args.storagePassword);
    this.metricsToken = pulumi
      .secret(args.password)
      .apply((password) => signMinioMetrics(rootUser, password));
    this.service = createService(this, name, args);
    new Job(
      `${name}-prepare`,
      { service: this.service, command: ["sh", "-s"], stdin: this.preparation(args) },
      { parent: this },
    );
    this.registerOutputs();
  }

  private preparation({ password, storagePassword }: MinioArgs): pulumi.Output<string> {
    const bucket: Bucket = { name: this.bucket, user: this.storageUser };
    const secrets = pulumi.secret(pulumi.output({ password, storagePassword }));
    return secrets.apply((known) =>
      prepareBucket(bucket, {
        root: { user: rootUser, password: known.password },
        password: known.storagePassword,
      }),
    );
  }
}

function createService(parent: Minio, name: string, args: MinioArgs): Service {
  return new Service(
    name,
    {
      ...containerArgs(args),
      memory: 768,
      // A fresh volume belongs to root, and root without a single capability owns nothing else.
      user: "0:0",
      command: ["minio", "server", "--console-address", ":9001", "/data"],
      env: { MINIO_UPDATE: "off", MINIO_REGION_NAME: parent.region },
      secretEnv: { MINIO_ROOT_USER: rootUser, MINIO_ROOT_PASSWORD: args.password },
      data: [{ name: "data", path: "/data" }],
      tmpfs: ["/tmp"],
      health: { command: ["curl", "-fsS", "-o", "/dev/null", "http://localhost:9000/minio/health/live"] },
      ports: publishDirect(9001, args),
    },
    { parent },
  );
}
