import { CertificateAuthority } from "../../components/certificates.js";
import { register, type Registered, scope } from "./register.js";

const leaves = { api: { dns: ["api.test", "localhost"], ip: ["127.0.0.1"] } };

const authority = (
  args: { readonly generation?: number; readonly data?: "protected" | "disposable" } = {},
): Promise<Registered[]> =>
  register(
    () =>
      new CertificateAuthority("authority", {
        scope: { ...scope, data: args.data ?? "disposable" },
        organization: "test",
        leaves,
        generation: args.generation ?? 1,
      }),
    {
      "tls:index/privateKey:PrivateKey": { privateKeyPem: "key" },
      "tls:index/selfSignedCert:SelfSignedCert": { certPem: "authority" },
      "tls:index/certRequest:CertRequest": { certRequestPem: "request" },
      "tls:index/locallySignedCert:LocallySignedCert": { certPem: "leaf" },
    },
  );

const keys = (resources: readonly Registered[]): Registered[] =>
  resources.filter(({ type }) => type === "tls:index/privateKey:PrivateKey");

const inputsOf = (resources: readonly Registered[], name: string) =>
  resources.find((one) => one.name === name)?.inputs;

it("every key is ECDSA P-256", async () => {
  for (const { inputs } of keys(await authority()))
    expect(inputs).toEqual({ algorithm: "ECDSA", ecdsaCurve: "P256" });
});

it("a raised generation is an authority and leaves with other keys", async () => {
  expect(keys(await authority()).map(({ name }) => name)).toEqual(["authority-key", "authority-api-key"]);
  expect(keys(await authority({ generation: 2 })).map(({ name }) => name)).toEqual([
    "authority-key-2",
    "authority-api-key-2",
  ]);
});

it("the authority's key alone is protected, where the stack's data is", async () => {
  const protectedNames = (resources: readonly Registered[]): string[] =>
    resources.filter(({ protect }) => protect).map(({ name }) => name);
  expect(protectedNames(await authority({ data: "protected" }))).toEqual(["authority-key"]);
  expect(protectedNames(await authority())).toEqual([]);
});

it("the authority signs certificates and serves none; a leaf serves and signs none", async () => {
  const resources = await authority();
  expect(inputsOf(resources, "authority-certificate")).toMatchObject({
    isCaCertificate: true,
    allowedUses: ["cert_signing", "crl_signing"],
    validityPeriodHours: 10 * 365 * 24,
  });
  const leaf = inputsOf(resources, "authority-api-certificate");
  expect(leaf).toMatchObject({
    allowedUses: ["digital_signature", "server_auth"],
    validityPeriodHours: 90 * 24,
  });
  expect(leaf).not.toHaveProperty("isCaCertificate");
});

it("a leaf names what it is for", async () => {
  expect(inputsOf(await authority(), "authority-api-request")).toMatchObject({
    dnsNames: leaves.api.dns,
    ipAddresses: leaves.api.ip,
    subject: { commonName: "api.test", organization: "test" },
  });
});

it("both are renewed 30 days before their end", async () => {
  const resources = await authority();
  for (const name of ["authority-certificate", "authority-api-certificate"])
    expect(inputsOf(resources, name)).toMatchObject({ earlyRenewalHours: 30 * 24 });
});
