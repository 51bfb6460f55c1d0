import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Scope } from "./scope.js";

/** Hours that certificates live, and hours before their end from which an `up` renews them. */
export interface Lifetimes {
  readonly authority: number;
  readonly leaf: number;
  readonly renewal: number;
}

/** Ten years, 90 days (the longest that Mozilla's guideline 6.0 recommends) and 30 days. */
const defaultLifetimes: Lifetimes = { authority: 87_600, leaf: 2_160, renewal: 720 };

/** What a leaf certificate is for. */
export interface LeafNames {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

export interface CertificateAuthorityArgs<Leaf extends string> {
  readonly scope: Scope;
  /** Organization and start of the common name, e.g. `sobertube`. */
  readonly organization: string;
  /** The leaf certificates by name, e.g. `api`, with the names in each. */
  readonly leaves: Readonly<Record<Leaf, LeafNames>>;
  /** A higher number is another authority with other keys. */
  readonly generation: number;
  /** @default - ten years, 90 days, and renewal 30 days before the end */
  readonly lifetimes?: Lifetimes;
}

/** A certificate with the key it belongs to, both PEM. */
export interface Certificate {
  readonly certificate: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
}

const keyType = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;

/** A certificate authority of the stack's own, with its leaf certificates; every key is ECDSA P-256. */
export class CertificateAuthority<Leaf extends string> extends pulumi.ComponentResource {
  /** The authority's certificate, to be imported into trust stores; PEM. */
  readonly certificate: pulumi.Output<string>;
  /** The authority's key; PEM. */
  readonly privateKey: pulumi.Output<string>;
  readonly leaves: Readonly<Record<Leaf, Certificate>>;

  constructor(name: string, args: CertificateAuthorityArgs<Leaf>, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:CertificateAuthority", name, {}, opts);
    const lifetimes = args.lifetimes ?? defaultLifetimes;
    const key = createKey(this, `${name}-key`, args.generation, args.scope.data === "protected");
    const authority = createAuthority(this, name, args.organization, key, lifetimes);
    const issue = ([leaf, names]: [string, LeafNames]): [string, Certificate] => [
      leaf,
      createLeaf(this, `${name}-${leaf}`, { ...args, names, key, authority, lifetimes }),
    ];
    this.certificate = authority.certPem;
    this.privateKey = key.privateKeyPem;
    this.leaves = Object.fromEntries(Object.entries<LeafNames>(args.leaves).map(issue)) as Record<
      Leaf,
      Certificate
    >;
    this.registerOutputs({ certificate: this.certificate });
  }
}

function createKey(
  parent: pulumi.Resource,
  name: string,
  generation: number,
  protect = false,
): tls.PrivateKey {
  // The key has no input that could carry its generation, so another generation is another resource.
  const suffix = generation === 1 ? "" : `-${String(generation)}`;
  return new tls.PrivateKey(`${name}${suffix}`, keyType, { parent, protect });
}

function createAuthority(
  parent: pulumi.Resource,
  name: string,
  organization: string,
  key: tls.PrivateKey,
  lifetimes: Lifetimes,
): tls.SelfSignedCert {
  return new tls.SelfSignedCert(
    `${name}-certificate`,
    {
      privateKeyPem: key.privateKeyPem,
      isCaCertificate: true,
      setSubjectKeyId: true,
      subject: { commonName: `${organization} certificate authority`, organization },
      validityPeriodHours: lifetimes.authority,
      earlyRenewalHours: lifetimes.renewal,
      allowedUses: ["cert_signing", "crl_signing"],
    },
    { parent },
  );
}

function createLeaf(
  parent: pulumi.Resource,
  name: string,
  args: {
    readonly names: LeafNames;
    readonly key: tls.PrivateKey;
    readonly authority: tls.SelfSignedCert;
    readonly lifetimes: Lifetimes;
    readonly organization: string;
    readonly generation: number;
  },
): Certificate {
  const key = createKey(parent, `${name}-key`, args.generation);
  const request = new tls.CertRequest(
    `${name}-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: args.names.dns[0], organization: args.organization },
      dnsNames: [...args.names.dns],
      ipAddresses: [...args.names.ip],
    },
    { parent },
  );
  const certificate = new tls.LocallySignedCert(
    `${name}-certificate`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: args.key.privateKeyPem,
      caCertPem: args.authority.certPem,
      validityPeriodHours: args.lifetimes.leaf,
      earlyRenewalHours: args.lifetimes.renewal,
      // RFC 5280, 4.2.1.12: a server's certificate, and no client's.
      allowedUses: ["digital_signature", "server_auth"],
    },
    { parent },
  );
  return { certificate: certificate.certPem, privateKey: key.privateKeyPem };
}
