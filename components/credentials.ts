import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { JWTPayload } from "jose";

export interface PasswordArgs {
  /** A higher number is another password. */
  readonly generation: number;
  /** Characters. */
  readonly length: number;
}

export interface CredentialsArgs<Name extends string> {
  /** Passwords to make. */
  readonly passwords: Readonly<Record<Name, PasswordArgs>>;
  /** Generation of the secret that signs the API keys and the users' tokens. */
  readonly jwt: number;
}

/**
 * Issue and expiry of the API keys in seconds since the epoch: 2026-01-01 and 2046-01-01. They are fixed,
 * so that no key changes by itself; a key is revoked by raising the generation of `jwt`.
 */
const lifetime = { iat: 1_767_225_600, exp: 2_398_377_600 };

/** Passwords without characters that a URL or a shell would read, and Supabase's two API keys. */
export class Credentials<Name extends string> extends pulumi.ComponentResource {
  readonly passwords: Readonly<Record<Name, pulumi.Output<string>>>;
  /** HMAC key of HS256, 40 characters. */
  readonly jwtSecret: pulumi.Output<string>;
  /** Key of the role `anon`; public by design. */
  readonly anonKey: pulumi.Output<string>;
  /** Key of the role `service_role`, which passes row-level security. */
  readonly serviceRoleKey: pulumi.Output<string>;

  constructor(name: string, args: CredentialsArgs<Name>, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:Credentials", name, {}, opts);
    const entries = Object.entries<PasswordArgs>(args.passwords).map(([key, password]) => [
      key,
      createPassword(this, `${name}-${key}`, password),
    ]);
    this.passwords = Object.fromEntries(entries) as Record<Name, pulumi.Output<string>>;
    this.jwtSecret = createPassword(this, `${name}-jwt`, { generation: args.jwt, length: 40 });
    this.anonKey = pulumi.unsecret(this.jwtSecret.apply((secret) => signApiKey("anon", secret)));
    this.serviceRoleKey = this.jwtSecret.apply((secret) => signApiKey("service_role", secret));
    this.registerOutputs();
  }
}

// Not protected, as the volumes are: the engine refuses to replace what is protected, and rotating is replacing.
// A destroy that would take them stops at the protected volumes, before anything is removed.
function createPassword(
  parent: pulumi.Resource,
  name: string,
  { generation, length }: PasswordArgs,
): pulumi.Output<string> {
  const keepers = { generation: String(generation) };
  return new random.RandomPassword(name, { length, special: false, keepers }, { parent }).result;
}

/** An API key as Supabase's gateways and clients know it: a JWT that names a database role. */
export const signApiKey = (role: "anon" | "service_role", secret: string): Promise<string> =>
  sign("HS256", { role, iss: "supabase", ...lifetime }, secret);

/** The token that Realtime asks of whoever reads its metrics. */
export const signRealtimeMetrics = (secret: string): Promise<string> =>
  sign("HS256", { role: "metrics", ...lifetime }, secret);

/** The token that MinIO asks of Prometheus: the access key as subject, signed with the secret key. */
export const signMinioMetrics = (user: string, secretKey: string): Promise<string> =>
  sign("HS512", { sub: user, iss: "prometheus", exp: lifetime.exp }, secretKey);

async function sign(alg: "HS256" | "HS512", claims: JWTPayload, secret: string): Promise<string> {
  // jose ships ES modules alone, which require() reads without a warning in few versions of Node.
  const { SignJWT } = await import("jose");
  return new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT" }).sign(new TextEncoder().encode(secret));
}
