import { X509Certificate } from "node:crypto";
import { createTestStack, type TestStack } from "../support/stack.js";

describe("the certificates of a stack", () => {
  let test: TestStack;

  beforeEach(async () => {
    test = await createTestStack({ slot: 6, program: "test/fixtures/authority.ts" });
  });
  afterEach(() => test.remove());

  async function up(
    renewal: string,
  ): Promise<{ authority: X509Certificate; leaves: Record<string, X509Certificate> }> {
    await test.set("renewal", renewal);
    const { outputs } = await test.stack.up();
    const leaves = Object.entries(outputs.leaves?.value as Record<string, string>);
    return {
      authority: new X509Certificate(String(outputs.caCertificate?.value)),
      leaves: Object.fromEntries(leaves.map(([name, pem]) => [name, new X509Certificate(pem)])),
    };
  }

  it("come from an authority of ten years, as leaves of 90 days for servers alone", async () => {
    const { authority, leaves } = await up("later");
    expect(authority.ca).toBe(true);
    expect(days(authority)).toBe(3650);
    for (const leaf of Object.values(leaves)) {
      expect(leaf.verify(authority.publicKey)).toBe(true);
      expect(leaf.ca).toBe(false);
      expect(days(leaf)).toBe(90);
      expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
      expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    }
  });

  it("hold the names of the networking guide, each leaf its own, and this machine's on every one", async () => {
    const { leaves } = await up("later");
    const names = Object.fromEntries(
      Object.entries(leaves).map(([name, { subjectAltName }]) => [name, subjectAltName?.split(", ").sort()]),
    );
    const machine = ["DNS:localhost", "IP Address:0:0:0:0:0:0:0:1", "IP Address:127.0.0.1"];
    expect(names).toEqual({
      server: ["DNS:*.sobertube.local", ...machine, "DNS:sobertube.local"].sort(),
      api: ["DNS:api.sobertube.local", ...machine].sort(),
      auth: ["DNS:auth.sobertube.local", ...machine].sort(),
      storage: ["DNS:storage.sobertube.local", ...machine].sort(),
      realtime: ["DNS:realtime.sobertube.local", ...machine].sort(),
    });
  });

  it("are renewed by the next up inside their window, under the same authority and with the same keys", async () => {
    const before = await up("now");
    const after = await up("now");
    expect(after.authority.raw).toEqual(before.authority.raw);
    for (const [name, leaf] of Object.entries(after.leaves)) {
      expect(leaf.serialNumber).not.toBe(before.leaves[name]?.serialNumber);
      expect(keyOf(leaf)).toBe(keyOf(before.leaves[name]));
    }
  });

  it("are left alone outside of it", async () => {
    await up("later");
    const { changeSummary } = await test.stack.preview({ expectNoChanges: true });
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  });
});

const days = (certificate: X509Certificate): number =>
  Math.round((Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000);

const keyOf = (certificate: X509Certificate | undefined): string | undefined =>
  certificate?.publicKey.export({ format: "pem", type: "spki" }).toString();
