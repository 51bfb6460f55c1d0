/** What the sections need to know of the authority. */
export interface Trust {
  /** Name of the certificate in a system's folder, without an ending. */
  readonly file: string;
  readonly commonName: string;
  /** Fingerprints without colons. */
  readonly sha1: string;
  readonly sha256: string;
  readonly apiUrl: string;
  /** Where the platform's names lead to. */
  readonly address: string;
}

export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

const code = (language: string, ...lines: string[]): string =>
  [`\`\`\`${language}`, ...lines, "```"].join("\n");

const sh = (...lines: string[]): string => code("sh", ...lines);

/** Trust and undo for every system, in the order of the file. */
export const trustSections = (trust: Trust): Section[] => [
  { title: "macOS", body: macos(trust) },
  { title: "Windows", body: windows(trust) },
  { title: "Debian, Ubuntu", body: debian(trust) },
  { title: "Fedora, RHEL", body: fedora(trust) },
  { title: "Chrome and Chromium on Linux", body: chromium(trust) },
  { title: "Firefox", body: firefox(trust) },
  { title: "iOS, iPadOS", body: ios(trust) },
  { title: "Android", body: android(trust) },
  { title: "Node", body: node() },
  { title: "curl", body: curl(trust) },
];

const macos = ({ sha256 }: Trust): string => `
${sh("sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.crt")}

Undo:

${sh(`sudo security delete-certificate -t -Z ${sha256} /Library/Keychains/System.keychain`)}
`;

const windows = ({ sha1 }: Trust): string => `
In a terminal that runs as administrator:

${code("bat", "certutil -addstore -f ROOT ca.crt")}

or in PowerShell:

${code("powershell", "Import-Certificate -FilePath ca.crt -CertStoreLocation Cert:\\LocalMachine\\Root")}

Undo:

${code("bat", `certutil -delstore ROOT ${sha1}`)}
`;

const debian = ({ file }: Trust): string => `
${sh(`sudo install -m 0644 ca.crt /usr/local/share/ca-certificates/${file}.crt`, "sudo update-ca-certificates")}

Undo:

${sh(`sudo rm /usr/local/share/ca-certificates/${file}.crt`, "sudo update-ca-certificates --fresh")}
`;

const fedora = ({ file }: Trust): string => `
${sh(`sudo install -m 0644 ca.crt /etc/pki/ca-trust/source/anchors/${file}.crt`, "sudo update-ca-trust")}

Undo:

${sh(`sudo rm /etc/pki/ca-trust/source/anchors/${file}.crt`, "sudo update-ca-trust")}
`;

const chromium = ({ file }: Trust): string => `
They read a database of the user's own, not the system's folder. \`certutil\` is in the package \`libnss3-tools\` (Debian, Ubuntu)
or \`nss-tools\` (Fedora, RHEL):

${sh('mkdir -p "$HOME/.pki/nssdb"', `certutil -d "sql:$HOME/.pki/nssdb" -A -t "C,," -n ${file} -i ca.crt`)}

Undo:

${sh(`certutil -d "sql:$HOME/.pki/nssdb" -D -n ${file}`)}
`;

const firefox = ({ commonName }: Trust): string => `
On Windows and macOS, Firefox trusts what the system trusts; where it does not, set \`security.enterprise_roots.enabled\` to \`true\`
in \`about:config\`.

On Linux, by hand: Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import; choose \`ca.crt\` and let it
identify websites. Or for every user of the machine, in \`/etc/firefox/policies/policies.json\`:

\`\`\`json
{ "policies": { "Certificates": { "Install": ["/path/to/ca.crt"] } } }
\`\`\`

Undo: set the preference back, or in Authorities delete "${commonName}"; and take the path out of the policy.
`;

const ios = ({ commonName }: Trust): string => `
1. Bring \`ca.crt\` to the device, by AirDrop, by mail or from a web page in Safari, and open it.
2. Settings, General, VPN & Device Management: install the profile "${commonName}".
3. Settings, General, About, Certificate Trust Settings: switch on full trust for it. Without this step nothing changes.

Undo: Settings, General, VPN & Device Management: remove the profile.
`;

const android = ({ commonName }: Trust): string => `
Bring \`ca.crt\` to the device. Settings, Security & privacy, More security settings, Encryption & credentials, Install a certificate,
CA certificate; makers name these pages differently, and the search in Settings finds "CA certificate".

Chrome trusts it then. Other apps do not unless they say so; in an app of yours, \`res/xml/network_security_config.xml\`, which
\`android:networkSecurityConfig\` in the manifest names:

\`\`\`xml
<network-security-config>
  <debug-overrides>
    <trust-anchors>
      <certificates src="user" />
    </trust-anchors>
  </debug-overrides>
</network-security-config>
\`\`\`

Undo: Settings, the same page, Trusted credentials, User: remove "${commonName}".
`;

const node = (): string => `
Node has authorities of its own, and reads further ones once, when it starts; a \`.env\` file that the program reads comes too late.

${sh('export NODE_EXTRA_CA_CERTS="$PWD/ca.crt"')}

Undo:

${sh("unset NODE_EXTRA_CA_CERTS")}
`;

function curl({ apiUrl, address }: Trust): string {
  const { hostname, port } = new URL(apiUrl);
  return `
${sh(`curl --cacert ca.crt ${apiUrl}/health`)}

Where the name is in no hosts file, \`--resolve ${hostname}:${port === "" ? "443" : port}:${address}\` names the address. There is nothing to
undo: curl trusts the file for this call alone.
`;
}
