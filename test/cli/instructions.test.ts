import { hostNames, installInstructions, type InstructionsInput } from "../../cli/instructions.js";

const facts = (commonName: string, names: readonly string[]) => ({
  commonName,
  names,
  sha256: "AA:BB:CC",
  sha1: "11:22:33",
  expires: Date.UTC(2036, 10, 19),
});

const input: InstructionsInput = {
  stack: "dev",
  authority: facts("sobertube certificate authority", []),
  leaves: [
    {
      name: "server",
      ...facts("sobertube.local", ["sobertube.local", "*.sobertube.local", "localhost", "127.0.0.1", "::1"]),
    },
    { name: "api", ...facts("api.sobertube.local", ["api.sobertube.local", "localhost", "127.0.0.1"]) },
  ],
  addresses: "this machine",
  frontendUrl: "https://sobertube.local",
  apiUrl: "https://api.sobertube.local:8000",
};

const lineOf = (text: string, words: string): string | undefined =>
  text.split("\n").find((line) => line.includes(words));

describe("the instructions to trust the authority", () => {
  const text = installInstructions(input);

  it("are these", () => {
    expect(text).toMatchSnapshot();
  });

  it("name every name that a hosts file can hold, once", () => {
    expect(hostNames(input.leaves)).toEqual(["sobertube.local", "api.sobertube.local"]);
    expect(text).toContain("\n127.0.0.1 sobertube.local\n127.0.0.1 api.sobertube.local\n");
  });

  it("leave the address to whoever reads them where the platform serves other machines", () => {
    const elsewhere = installInstructions({ ...input, addresses: "a server" });
    expect(elsewhere).toContain("\nADDRESS api.sobertube.local\n");
    expect(elsewhere).toContain("--resolve api.sobertube.local:8000:ADDRESS");
    expect(elsewhere).not.toContain("\n127.0.0.1 ");
  });

  it("undo on every system what they do, by the same name or fingerprint", () => {
    expect(text.match(/^## (?!Names|The cert)/gm)).toHaveLength(10);
    expect(text.match(/^Undo: ?|^.*nothing to undo/gim)).toHaveLength(10);
    expect(lineOf(text, "delete-certificate")).toContain("-Z AABBCC ");
    expect(lineOf(text, "-delstore")).toContain("ROOT 112233");
    expect(lineOf(text, "rm /usr/local")).toContain("/sobertube-certificate-authority-dev.crt");
  });
});
