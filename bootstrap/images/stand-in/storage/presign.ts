import type { S3Client } from "@aws-sdk/client-s3";

/** The part of the client's signer that its type leaves out. */
interface Presigner {
  presign(request: object, options: { expiresIn: number }): Promise<SignedRequest>;
}

interface SignedRequest {
  readonly query?: Readonly<Record<string, string | string[] | null>>;
}

/** A URL with a signature in it, which anyone may GET until it expires. */
export async function presign(
  client: S3Client,
  bucket: string,
  key: string,
  expiresIn: number,
): Promise<string> {
  const address = await place(client, bucket, key);
  const signer: object = await client.config.signer();
  if (!isPresigner(signer)) throw new Error("this S3 client signs no URLs");
  const { query = {} } = await signer.presign(
    {
      method: "GET",
      protocol: address.protocol,
      hostname: address.hostname,
      ...(address.port === "" ? {} : { port: Number(address.port) }),
      path: address.pathname,
      query: {},
      // The signature covers no bytes, as a GET sends none.
      headers: { host: address.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    },
    { expiresIn },
  );
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
  return address.href;
}

const isPresigner = (signer: object): signer is Presigner => "presign" in signer;

/** The object's address: the bucket in the path, or before the host. */
async function place(client: S3Client, bucket: string, key: string): Promise<URL> {
  const { endpoint, forcePathStyle, region } = client.config;
  const amazon = { protocol: "https:", hostname: `s3.${await region()}.amazonaws.com`, port: undefined };
  const { protocol, hostname, port } = (await endpoint?.()) ?? amazon;
  const path = key.split("/").map(encode).join("/");
  const host = port === undefined ? hostname : `${hostname}:${String(port)}`;
  return forcePathStyle
    ? new URL(`${protocol}//${host}/${bucket}/${path}`)
    : new URL(`${protocol}//${bucket}.${host}/${path}`);
}

// Signatures are made over this stricter form.
const encode = (part: string): string =>
  encodeURIComponent(part).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
