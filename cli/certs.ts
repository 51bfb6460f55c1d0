import { join, relative } from "node:path";
import { type CertificateFacts, dayOf, readCertificate } from "./certificate-facts.js";
import { installInstructions } from "./instructions.js";
import type { Outputs } from "./outputs.js";
import { type Change, type OutputFile, writeFiles } from "./write-files.js";

export interface CertsOptions {
  readonly stack: string;
  /** Folder that gets one folder for each stack. */
  readonly folder: string;
  /** Whether the authority's key is written too. */
  readonly caKey: boolean;
}

/** What `writeCertificates` did. */
export interface WrittenCertificates {
  readonly folder: string;
  readonly authority: CertificateFacts;
  readonly files: Readonly<Record<string, Change>>;
}

const [shared, secret] = [0o644, 0o600];

/** Writes a stack's certificates, their keys and how to trust them. */
export function writeCertificates(
  outputs: Outputs,
  { stack, folder, caKey }: CertsOptions,
): WrittenCertificates {
  const authority = readCertificate(outputs.caCertificate);
  const files: OutputFile[] = [
    { name: "ca.crt", content: outputs.caCertificate, mode: shared },
    ...(caKey ? [{ name: "ca.key", content: outputs.caKey, mode: secret }] : []),
    ...Object.entries(outputs.certificates).flatMap(([leaf, { certificate, privateKey }]) => [
      { name: `${leaf}.crt`, content: certificate, mode: shared },
      { name: `${leaf}.key`, content: privateKey, mode: secret },
    ]),
    { name: "INSTALL_INSTRUCTIONS.md", content: instructions(stack, outputs, authority), mode: shared },
  ];
  const target = join(folder, stack);
  return { folder: target, authority, files: writeFiles(target, files) };
}

function instructions(stack: string, outputs: Outputs, authority: CertificateFacts): string {
  const leaves = Object.entries(outputs.certificates).map(([name, { certificate }]) => ({
    name,
    ...readCertificate(certificate),
  }));
  return installInstructions({
    stack,
    authority,
    leaves,
    addresses: loopback.includes(outputs.endpoints.api.bind) ? "this machine" : "a server",
    frontendUrl: outputs.endpoints.https.url,
    apiUrl: outputs.endpoints.api.url,
  });
}

const loopback = ["127.0.0.1", "::1"];

/** What was written, for the operator. */
export function renderWritten({ folder, authority, files }: WrittenCertificates, stack: string): string {
  const below = relative(process.cwd(), folder);
  const shown = below.startsWith("..") ? folder : below;
  const width = Math.max(...Object.keys(files).map((name) => name.length));
  const keys = Object.keys(files).filter((name) => name.endsWith(".key"));
  return [
    `Certificates of stack ${stack} in ${shown}`,
    ...Object.entries(files).map(([name, change]) => `  ${name.padEnd(width)}  ${change}`),
    "",
    `${authority.commonName}, until ${dayOf(authority.expires)}`,
    `SHA-256 ${authority.sha256}`,
    `Keys (${keys.join(", ")}) are yours alone: give nobody more than ca.crt.`,
    "",
    `Next: ${shown}/INSTALL_INSTRUCTIONS.md says how to trust ca.crt`,
  ].join("\n");
}

/** The same for a script. */
export const describeWritten = ({ folder, authority, files }: WrittenCertificates, stack: string) => ({
  stack,
  folder,
  sha256: authority.sha256,
  expires: new Date(authority.expires).toISOString(),
  files,
});
