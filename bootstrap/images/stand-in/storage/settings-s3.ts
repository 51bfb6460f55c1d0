import type { Environment } from "../lib/env.js";
import { oneOf, url } from "./settings-names.js";

/** Where objects' bytes lie. */
export interface ObjectStore {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** @default - Amazon's own */
  readonly endpoint?: URL;
  /** The endpoint in the URLs that imgproxy is given. @default - the endpoint */
  readonly privateAssetEndpoint?: URL;
  readonly forcePathStyle: boolean;
}

const web = ["http:", "https:"];

export function readObjectStore(environment: Environment): ObjectStore {
  const backend = environment.optional("STORAGE_BACKEND");
  if (backend !== "s3") {
    const found = backend === undefined ? "is missing" : `is "${backend}"`;
    environment.reject("STORAGE_BACKEND", `${found}: this stand-in keeps objects in s3 alone`);
  }
  return {
    bucket: required(
      environment,
      ["STORAGE_S3_BUCKET", "GLOBAL_S3_BUCKET"],
      "the bucket that holds all objects",
    ),
    region: required(environment, ["STORAGE_S3_REGION", "REGION"], "the bucket's region"),
    accessKeyId: required(environment, ["AWS_ACCESS_KEY_ID"], "the object store's user"),
    secretAccessKey: required(environment, ["AWS_SECRET_ACCESS_KEY"], "the object store's password"),
    endpoint: url(environment, oneOf(environment, ["STORAGE_S3_ENDPOINT", "GLOBAL_S3_ENDPOINT"]), web),
    privateAssetEndpoint: url(
      environment,
      oneOf(environment, ["STORAGE_S3_PRIVATE_ASSET_ENDPOINT", "GLOBAL_S3_PRIVATE_ASSET_ENDPOINT"]),
      web,
    ),
    forcePathStyle: environment.boolean(
      oneOf(environment, ["STORAGE_S3_FORCE_PATH_STYLE", "GLOBAL_S3_FORCE_PATH_STYLE"]),
      false,
    ),
  };
}

function required(environment: Environment, names: readonly [string, ...string[]], what: string): string {
  const value = environment.optional(oneOf(environment, names));
  if (value === undefined) {
    const [name, ...others] = names;
    const alias = others.length === 0 ? "" : ` (or ${others.join(", ")})`;
    environment.reject(name + alias, `is missing: ${what}`);
  }
  return value ?? "";
}
