import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { ask } from "../support/client.js";
import { createTestStack, docker, labelled, type TestStack } from "../support/stack.js";
import { usePlatform } from "../support/use-platform.js";

/** The committed file of a stack, by key without the project's name. */
function committed(stack: string): Record<string, unknown> {
  const file = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [key.replace("sobertube:", ""), value]),
  );
}

const prod = {
  ...committed("prod"),
  gateway: { ...(committed("prod").gateway as object), bind: "127.0.0.1" },
  guard: {
    level: "production",
    exceptions: [{ rule: "local-images", reason: "no registry answers where this test runs" }],
  },
  images: "local",
  // The real server is the operator's; the one in the network takes mail in as well.
  mail: { smtp: { host: "inbucket", port: 2500, from: "noreply@sobertube.local" } },
};

describe("two stacks on one engine", () => {
  const stacks: { dev?: TestStack; prod?: TestStack } = {};
  const outputs: Record<string, Record<string, { value: unknown }>> = {};

  beforeAll(async () => {
    stacks.dev = await createTestStack({
      slot: 4,
      config: { ...committed("dev"), ports: { offset: 20148 } },
    });
    stacks.prod = await createTestStack({ slot: 5, config: { ...prod, data: "protected" } });
  });
  afterAll(async () => {
    await Promise.all([stacks.dev?.remove(), stacks.prod?.remove()]);
  });

  const both = (): [TestStack, TestStack] => {
    if (stacks.dev === undefined || stacks.prod === undefined) throw new Error("the stacks were not made");
    return [stacks.dev, stacks.prod];
  };

  it("come up at the same time", async () => {
    const results = await Promise.all(both().map(({ stack }) => stack.up()));
    both().forEach(({ name }, index) => (outputs[name] = results[index]?.outputs ?? {}));
    for (const { name, prefix } of both()) {
      expect(labelled(`sobertube/${name}`).containers).toEqual(
        expect.arrayContaining([`${prefix}_nginx`, `${prefix}_postgres`, `${prefix}_rest`]),
      );
    }
  });

  describe.each(["dev", "prod"] as const)("an application of the stack with the file of %s", (stack) => {
    usePlatform(() => {
      const test = stacks[stack];
      if (test === undefined) throw new Error("the stack was not made");
      const output = (name: string): string => String(outputs[test.name]?.[name]?.value);
      return {
        prefix: test.prefix,
        url: `https://api.sobertube.local:${String(test.port(8000))}`,
        siteUrl: `https://sobertube.local:${String(test.port(443))}`,
        key: output("anonKey"),
        serviceKey: output("serviceRoleKey"),
        ca: output("caCertificate"),
      };
    });
  });

  it("each serve their own, with an authority of their own", async () => {
    for (const test of both()) {
      const ca = String(outputs[test.name]?.caCertificate?.value);
      await expect(ask("https", test.port(8000), "/health", { ca })).resolves.toMatchObject({ status: 200 });
    }
    const [dev, other] = both();
    const foreign = String(outputs[other.name]?.caCertificate?.value);
    await expect(ask("https", dev.port(8000), "/health", { ca: foreign })).rejects.toThrow(/certificate/);
  });

  it("differ as their files say: prod redirects, allows its own origin alone and publishes the gateway alone", async () => {
    const [dev, other] = both();
    const preflight = (test: TestStack, origin: string) =>
      ask("https", test.port(8000), "/rest/v1/", {
        ca: String(outputs[test.name]?.caCertificate?.value),
        method: "OPTIONS",
        headers: { origin },
      });
    const own = `https://sobertube.local:${String(other.port(443))}`;
    expect((await preflight(dev, "https://anywhere.example")).headers["access-control-allow-origin"]).toBe(
      "*",
    );
    expect(
      (await preflight(other, "https://anywhere.example")).headers["access-control-allow-origin"],
    ).toBeUndefined();
    expect((await preflight(other, own)).headers["access-control-allow-origin"]).toBe(own);
    expect((await ask("http", dev.port(8080), "/health")).status).toBe(200);
    expect((await ask("http", other.port(8080), "/rest/v1/")).status).toBe(308);
    expect(docker("port", "t4_rest")).toContain("3000/tcp");
    for (const name of labelled(`sobertube/${other.name}`).containers) {
      if (name !== "t5_nginx") expect(`${name} ${docker("port", name)}`).toBe(`${name} `);
    }
  });

  it("do not reach each other", () => {
    const resolve = (host: string): string => docker("exec", "t4_nginx", "getent", "hosts", host);
    expect(resolve("postgres")).toMatch(/^10\.213\.16\./);
    const reach = (address: string): string =>
      docker(
        "exec",
        "t4_nginx",
        "curl",
        "-s",
        "--max-time",
        "2",
        "-o",
        "/dev/null",
        `telnet://${address}:5432`,
      );
    const foreign = docker(
      "inspect",
      "--format",
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
      "t5_postgres",
    );
    expect(() => reach(foreign)).toThrow();
  });

  it("that are protected refuse to be destroyed, with nothing removed", async () => {
    const [, other] = both();
    const before = labelled(`sobertube/${other.name}`);
    await expect(other.stack.destroy({ previewOnly: true })).rejects.toThrow(/protect/);
    expect(labelled(`sobertube/${other.name}`)).toEqual(before);
  });

  it("can go one without the other", async () => {
    const [dev, other] = both();
    await dev.stack.destroy();
    expect(labelled(`sobertube/${dev.name}`)).toEqual({ containers: [], networks: [], volumes: [] });
    const ca = String(outputs[other.name]?.caCertificate?.value);
    await expect(ask("https", other.port(8000), "/health", { ca })).resolves.toMatchObject({ status: 200 });
  });
});
