import { mockPassword, type Registered, runProgram, stackConfig } from "../support/mocks.js";

const container = "docker:index/container:Container";

const of = (resources: readonly Registered[], type: string): Registered[] =>
  resources.filter((one) => one.type === type);

/** Containers that run; carriers are created and never started. */
const running = (resources: readonly Registered[]): Registered[] =>
  of(resources, container).filter(({ inputs }) => inputs.start !== false);

describe.each(["dev", "prod"])("the program of stack %s", (stack) => {
  let resources: Registered[];

  beforeAll(async () => {
    ({ resources } = await runProgram(stack, stackConfig(stack)));
  });

  it("registers exactly these containers", () => {
    const inputs = Object.fromEntries(
      of(resources, container).map(({ name, inputs }) => [name, withoutSecrets(inputs)]),
    );
    expect(inputs).toMatchSnapshot();
  });

  it("gives every object a name of its own", () => {
    for (const type of [container, "docker:index/volume:Volume", "docker:index/network:Network"]) {
      const names = of(resources, type).map(({ inputs }) => inputs.name);
      expect(names.every((name) => typeof name === "string" && name.startsWith("sobertube_"))).toBe(true);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("publishes every port once, on one address", () => {
    const ports = running(resources).flatMap(
      ({ inputs }) => inputs.ports as { external: number; ip: string }[],
    );
    expect(new Set(ports.map(({ external }) => external)).size).toBe(ports.length);
    expect(ports.every(({ ip }) => ip !== "")).toBe(true);
  });

  it("hardens and limits every running container", () => {
    for (const { inputs } of running(resources)) {
      expect(inputs).toMatchObject({
        securityOpts: ["no-new-privileges:true"],
        capabilities: { drops: ["ALL"] },
        restart: "unless-stopped",
        logOpts: { "max-size": "10m", "max-file": "3" },
      });
      expect(inputs.privileged).toBeUndefined();
      expect(inputs.networkMode).toBeUndefined();
      expect(inputs.memory).toBe(inputs.memorySwap);
      expect(inputs.destroyGraceSeconds).toBeGreaterThanOrEqual(10);
      expect(inputs.mounts as { type: string }[]).not.toContainEqual(
        expect.objectContaining({ type: "bind" }),
      );
    }
  });

  it("writes durations as Docker gives them back", () => {
    for (const { inputs } of running(resources)) {
      const { interval, timeout, startPeriod } = inputs.healthcheck as Record<string, string>;
      for (const duration of [interval, timeout, startPeriod])
        expect(duration).toMatch(/^(\d+h)?(\d+m)?[1-5]?\d(\.\d+)?s$/);
    }
  });

  it("keeps secrets out of environments, labels and command lines", () => {
    const secrets = of(resources, "random:index/randomPassword:RandomPassword").map(({ name, inputs }) =>
      mockPassword(name, inputs),
    );
    expect(secrets.length).toBeGreaterThan(4);
    for (const { inputs } of of(resources, container)) {
      const { envs, labels, command, entrypoints, healthcheck } = inputs;
      const visible = JSON.stringify({ envs, labels, command, entrypoints, healthcheck });
      for (const secret of secrets) expect(visible).not.toContain(secret);
    }
  });

  it("waits for every running container with a check of its own", () => {
    const waiting = of(resources, "command:local:Command").filter(({ name }) => name.endsWith("-ready"));
    expect(waiting.length).toBe(running(resources).length);
  });
});

describe("what the stacks differ in", () => {
  const publishedBy = async (stack: string): Promise<Record<string, string[]>> => {
    const { resources } = await runProgram(stack, stackConfig(stack));
    return Object.fromEntries(
      running(resources).map(({ name, inputs }) => [
        name,
        (inputs.ports as { ip: string; external: number }[]).map(
          ({ ip, external }) => `${ip}:${String(external)}`,
        ),
      ]),
    );
  };

  it("is that dev publishes services on loopback", async () => {
    const { "rest-container": rest, "gateway-container": gateway } = await publishedBy("dev");
    expect(rest).toEqual(["127.0.0.1:3000"]);
    expect(gateway).toEqual(["127.0.0.1:80", "127.0.0.1:443", "127.0.0.1:8000", "127.0.0.1:8080"]);
  });

  it("and that prod publishes the gateway alone", async () => {
    const { "gateway-container": gateway, ...others } = await publishedBy("prod");
    expect(gateway).toEqual(["0.0.0.0:80", "0.0.0.0:443", "0.0.0.0:8000", "0.0.0.0:8080"]);
    expect(Object.values(others).flat()).toEqual([]);
  });
});

/** Uploads are secret; the snapshot holds their paths and modes. */
function withoutSecrets(inputs: Record<string, unknown>): Record<string, unknown> {
  const uploads = inputs.uploads as Record<string, unknown> | undefined;
  if (uploads === undefined) return inputs;
  const value = (uploads.value ?? uploads) as { file: string; permissions: string; owner: string }[];
  return {
    ...inputs,
    uploads: value.map(({ file, permissions, owner }) => `${file} ${permissions} ${owner}`),
  };
}
