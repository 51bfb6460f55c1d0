// How to trust a stack's certificate authority, as text; systems.ts has the part of each system.
import { type CertificateFacts, dayOf } from "./certificate-facts.js";
import { type Trust, trustSections } from "./systems.js";

export interface InstructionsInput {
  readonly stack: string;
  readonly authority: CertificateFacts;
  readonly leaves: readonly (CertificateFacts & { readonly name: string })[];
  /** Whether the names lead to the reader's own machine, or to one that the reader has to name. */
  readonly addresses: "this machine" | "a server";
  readonly frontendUrl: string;
  readonly apiUrl: string;
}

/** The whole of INSTALL_INSTRUCTIONS.md. */
export function installInstructions(input: InstructionsInput): string {
  const trust: Trust = {
    // Another stack on this machine has another authority of the same name.
    file: `${input.authority.commonName} ${input.stack}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    commonName: input.authority.commonName,
    sha1: input.authority.sha1.replaceAll(":", ""),
    sha256: input.authority.sha256.replaceAll(":", ""),
    apiUrl: input.apiUrl,
    address: addressOf(input),
  };
  const parts = [
    introduction(input),
    hosts(input),
    ...trustSections(trust).map(({ title, body }) => `## ${title}\n\n${body.trim()}`),
    certificates(input),
  ];
  return `${parts.join("\n\n")}\n`;
}

const introduction = ({ stack, authority }: InstructionsInput): string =>
  `
# Trust the certificates of stack ${stack}

The platform's certificates come from an authority of the stack's own. A device that trusts \`ca.crt\` shows no warning.

| | |
| --- | --- |
| Authority | ${authority.commonName} |
| SHA-256 | \`${authority.sha256}\` |
| Valid until | ${dayOf(authority.expires)} |

Compare the fingerprint before you trust a copy that came to you by mail or chat:
\`openssl x509 -in ca.crt -noout -fingerprint -sha256\`.

Whoever holds \`ca.key\` can make a certificate for any name, and every device that trusts \`ca.crt\` believes it. Give out \`ca.crt\`
alone, and undo the trust where it is no longer needed. All commands below are typed in the folder of this file.
`.trim();

const isHostName = (name: string): boolean =>
  name !== "localhost" && !name.startsWith("*.") && /[a-z]/i.test(name) && !name.includes(":");

/** Names of the platform that a hosts file can hold, which knows no wildcards. */
export const hostNames = (leaves: InstructionsInput["leaves"]): string[] => [
  ...new Set(leaves.flatMap(({ names }) => names.filter(isHostName))),
];

const addressOf = ({ addresses }: InstructionsInput): string =>
  addresses === "this machine" ? "127.0.0.1" : "ADDRESS";

const remarks = {
  "this machine": `The platform answers on this machine alone; other devices reach it once \`gateway.bind\` is one of its other addresses.`,
  "a server": `\`ADDRESS\` stands for the address of the machine that runs the platform. Where DNS knows the names, leave this out. Phones have
no hosts file that you could edit: they need a DNS server that knows the names.`,
} as const;

const hosts = (input: InstructionsInput): string =>
  `
## Names

${remarks[input.addresses]}

Add these lines to \`/etc/hosts\` (Linux, macOS) or, as administrator, to \`C:\\Windows\\System32\\drivers\\etc\\hosts\`; to undo it, remove
them.

\`\`\`
${hostNames(input.leaves)
  .map((name) => `${addressOf(input)} ${name}`)
  .join("\n")}
\`\`\`

Once the authority is trusted as well, ${input.frontendUrl} opens without a warning.
`.trim();

const certificates = ({ leaves }: InstructionsInput): string =>
  `
## The certificates in this folder

| File | Good for | Until |
| --- | --- | --- |
${leaves.map(({ name, names, expires }) => `| \`${name}.crt\` | ${names.join(", ")} | ${dayOf(expires)} |`).join("\n")}

An \`npm run up\` in a certificate's last 30 days renews it; the authority stays, so nothing has to be trusted again.
`.trim();
