import { X509Certificate } from "node:crypto";

/** What an operator wants to know of a certificate. */
export interface CertificateFacts {
  /** Common name of its subject. */
  readonly commonName: string;
  /** Names that it is good for: DNS names, then addresses. */
  readonly names: readonly string[];
  /** SHA-256 of the certificate, as trust stores show it: pairs of hexadecimal digits with colons. */
  readonly sha256: string;
  /** SHA-1 in the same shape; Windows finds certificates by it. */
  readonly sha1: string;
  /** Last moment of its life, in milliseconds since the epoch. */
  readonly expires: number;
}

/** Reads a certificate. @param pem PEM text, or DER */
export function readCertificate(pem: string | Buffer): CertificateFacts {
  const { subject, subjectAltName = "", fingerprint, fingerprint256, validTo } = new X509Certificate(pem);
  const alternatives = subjectAltName.split(", ").filter(Boolean);
  const dns = alternatives.filter((one) => one.startsWith("DNS:")).map((one) => one.slice(4));
  const ip = alternatives
    .filter((one) => one.startsWith("IP Address:"))
    .map((one) => one.slice("IP Address:".length));
  return {
    commonName: /^CN=(.*)$/m.exec(subject)?.[1] ?? "",
    names: [...dns, ...ip],
    sha256: fingerprint256,
    sha1: fingerprint,
    expires: Date.parse(validTo),
  };
}

/** The day of a moment, e.g. `2036-11-19`. */
export const dayOf = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/** Whole days until a moment; negative once it has passed. */
export const daysUntil = (moment: number, now: number): number => Math.floor((moment - now) / 86_400_000);
