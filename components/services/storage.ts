import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import {
  containerArgs,
  type DatabaseServiceArgs,
  publishDirect,
  type ScalableServiceArgs,
} from "./common.js";
import type { Minio } from "./minio.js";
import type { Redis } from "./redis.js";

export interface StorageArgs extends DatabaseServiceArgs, ScalableServiceArgs {
  readonly minio: Minio;
  readonly redis: Redis;
  readonly anonKey: pulumi.Input<string>;
  readonly serviceRoleKey: pulumi.Input<string>;
  /** Public URL of the API, without a path. */
  readonly apiUrl: string;
  /** Bytes that one object may have. */
  readonly fileSizeLimit: number;
}

/** Supabase Storage: files in MinIO, their rights in the database. */
export class Storage extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Storage", name, {}, opts);
    const { postgres, minio, redis } = args;
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        instances: args.instances ?? 1,
        memory: 512,
        user: "1000:1000",
        command: ["node", "dist/start/server.js"],
        env: environment(args),
        secretEnv: {
          DATABASE_URL: postgres.uri("supabase_storage_admin", args.password),
          AUTH_JWT_SECRET: args.jwtSecret,
          ANON_KEY: args.anonKey,
          SERVICE_KEY: args.serviceRoleKey,
          AWS_ACCESS_KEY_ID: minio.storageUser,
          AWS_SECRET_ACCESS_KEY: minio.storageSecret,
          RATE_LIMITER_REDIS_URL: redis.uri,
        },
        tmpfs: ["/tmp"],
        // The deep check answers 200 in any case; its body says whether the database answers.
        health: {
          command: ["sh", "-c", `wget -qO- http://localhost:5000/health | grep -q '"healthy":true'`],
        },
        ports: publishDirect(5000, args),
      },
      { parent: this, dependsOn: [postgres, minio, redis] },
    );
    this.registerOutputs();
  }
}

const environment = ({ minio, poolSize, fileSizeLimit, apiUrl }: StorageArgs): Record<string, string> => ({
  SERVER_PORT: "5000",
  POSTGREST_URL: "http://rest:3000",
  DATABASE_MAX_CONNECTIONS: String(poolSize),
  STORAGE_PUBLIC_URL: `${apiUrl}/storage/v1`,
  REQUEST_ALLOW_X_FORWARDED_PATH: "true",
  FILE_SIZE_LIMIT: String(fileSizeLimit),
  STORAGE_BACKEND: "s3",
  GLOBAL_S3_BUCKET: minio.bucket,
  GLOBAL_S3_ENDPOINT: minio.url,
  GLOBAL_S3_PROTOCOL: "http",
  GLOBAL_S3_FORCE_PATH_STYLE: "true",
  STORAGE_S3_PRIVATE_ASSET_ENDPOINT: minio.url,
  TENANT_ID: "stub",
  REGION: minio.region,
  ENABLE_IMAGE_TRANSFORMATION: "true",
  IMGPROXY_URL: "http://imgproxy:8080",
  RATE_LIMITER_ENABLED: "true",
  RATE_LIMITER_DRIVER: "redis",
});
