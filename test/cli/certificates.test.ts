import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCertificate } from "../../cli/certificate-facts.js";
import { renderWritten, writeCertificates } from "../../cli/certs.js";
import type { Outputs } from "../../cli/outputs.js";
import { judgeCertificate, judgeHandshake, namesOf } from "../../cli/verify/certificates.js";
import { type Certificates, makeCertificates } from "../contract/gateway.js";
import { outputs as sample } from "./samples.js";

let made: Certificates;
let outputs: Outputs;
beforeAll(() => {
  made = makeCertificates();
  outputs = { ...sample, caCertificate: made.ca, certificates: made.leaves };
});

const leaf = (name: string): string => made.leaves[name]?.certificate ?? "";

describe("writing the certificates", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "platform-certs-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (change: Partial<Outputs> = {}, caKey = false) =>
    writeCertificates({ ...outputs, ...change }, { stack: "dev", folder, caKey });
  const mode = (name: string): string => (statSync(join(folder, "dev", name)).mode & 0o777).toString(8);

  it("makes the set in a folder of the stack's, keys and folder for their owner alone", () => {
    write();
    const pairs = ["api", "auth", "realtime", "server", "storage"].flatMap((name) => [
      `${name}.crt`,
      `${name}.key`,
    ]);
    expect(readdirSync(join(folder, "dev")).sort()).toEqual(
      ["INSTALL_INSTRUCTIONS.md", "ca.crt", ...pairs].sort(),
    );
    expect(mode("")).toBe("700");
    expect([mode("api.key"), mode("server.key")]).toEqual(["600", "600"]);
    expect([mode("ca.crt"), mode("api.crt"), mode("INSTALL_INSTRUCTIONS.md")]).toEqual(["644", "644", "644"]);
    expect(readFileSync(join(folder, "dev", "api.key"), "utf8")).toBe(made.leaves.api?.privateKey);
  });

  it("writes the authority's key only when it is asked for", () => {
    expect(write().files).not.toHaveProperty(["ca.key"]);
    write({}, true);
    expect(mode("ca.key")).toBe("600");
    expect(readFileSync(join(folder, "dev", "ca.key"), "utf8")).toBe("CA KEY");
  });

  it("says the second time what changed, mends modes and leaves strangers alone", () => {
    expect(new Set(Object.values(write().files))).toEqual(new Set(["new"]));
    const dev = join(folder, "dev");
    writeFileSync(join(dev, "mine.txt"), "mine");
    writeFileSync(join(dev, "server.key"), "broken");
    rmSync(join(dev, "api.key"));
    writeFileSync(join(dev, "api.key"), made.leaves.api?.privateKey ?? "", { mode: 0o644 });
    expect(write().files).toMatchObject({
      "server.key": "changed",
      "api.key": "unchanged",
      "ca.crt": "unchanged",
      "INSTALL_INSTRUCTIONS.md": "unchanged",
    });
    expect(mode("api.key")).toBe("600");
    expect(existsSync(join(dev, "mine.txt"))).toBe(true);
    expect(readdirSync(dev).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("puts the authority's fingerprint and end into the instructions and the summary, and no key", () => {
    const written = write();
    const { sha256 } = readCertificate(made.ca);
    const instructions = readFileSync(join(folder, "dev", "INSTALL_INSTRUCTIONS.md"), "utf8");
    const summary = renderWritten(written, "dev");
    for (const text of [instructions, summary]) {
      expect(text).toContain(sha256);
      expect(text).not.toContain("PRIVATE KEY");
    }
    expect(summary).toMatch(/Next: .*dev\/INSTALL_INSTRUCTIONS\.md/);
  });
});

describe("a certificate", () => {
  const now = Date.now();
  const days = 86_400_000;

  it("is read with its names, and its fingerprint as trust stores show it", () => {
    const facts = readCertificate(leaf("api"));
    expect(facts).toMatchObject({
      commonName: "api.sobertube.local",
      names: ["api.sobertube.local", "localhost", "127.0.0.1"],
    });
    expect(facts.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(facts.expires - now).toBeLessThan(3 * days);
  });

  it("passes while it is far from its end, and fails once that is near or past", () => {
    const at = (moment: number) => judgeCertificate({ stack: "dev" }, leaf("api"), [], moment);
    const { expires } = readCertificate(leaf("api"));
    expect(at(expires - 8 * days)).toMatchObject({
      ok: true,
      seen: expect.stringMatching(/^8 days/) as string,
    });
    expect(at(expires - 6 * days)).toMatchObject({
      ok: false,
      mend: expect.stringContaining("up") as string,
    });
    expect(at(expires + 1)).toMatchObject({ ok: false, seen: expect.stringMatching(/^expired/) as string });
  });

  it("fails for the names that it is not good for", () => {
    const judged = judgeCertificate(
      { stack: "dev" },
      leaf("api"),
      ["api.sobertube.local", "any.sobertube.local", "127.0.0.1"],
      now - 30 * days,
    );
    expect(judged).toMatchObject({ ok: false, seen: "not good for any.sobertube.local" });
  });

  it("fails when it is another than the stack's, or its chain leads elsewhere", () => {
    const certificate = Buffer.from(leaf("api").replace(/-----.*-----|\n/g, ""), "base64");
    const platform = { stack: "dev" };
    expect(judgeHandshake(platform, leaf("api"), { certificate })).toBeUndefined();
    expect(judgeHandshake(platform, leaf("server"), { certificate })?.seen).toMatch(/another certificate/);
    expect(judgeHandshake(platform, leaf("api"), { certificate, fault: "SELF_SIGNED" })?.seen).toMatch(
      /not trusted.*SELF_SIGNED/,
    );
  });

  it("has to be good for its own name, and the server's for all below the domain", () => {
    expect(namesOf(outputs, "auth")).toEqual(["auth.sobertube.local", "localhost", "127.0.0.1"]);
    expect(namesOf(outputs, "server")).toEqual([
      "sobertube.local",
      "any.sobertube.local",
      "localhost",
      "127.0.0.1",
    ]);
  });
});
