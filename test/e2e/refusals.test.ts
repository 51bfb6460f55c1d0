import { createServer, type Server } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cliBin } from "../../bootstrap/home.mjs";
import { type Outcome, run } from "../../bootstrap/run.js";
import { createTestStack, docker, labelled, slotConfig, type TestStack } from "../support/stack.js";

describe("a stack that cannot come up", () => {
  let test: TestStack;

  beforeAll(async () => {
    test = await createTestStack({ slot: 7 });
  });
  afterAll(() => test.remove());

  const pulumi = (...args: string[]): Promise<Outcome> =>
    run(join(cliBin, "pulumi"), [...args, "--stack", test.name, "--non-interactive", "--color", "never"], {
      cwd: test.folder,
      environment: test.env,
    });
  const text = ({ stdout, stderr }: Outcome): string => stdout + stderr;

  it("because its file is wrong says every mistake at once, without a stack trace, in a preview", async () => {
    await test.set("exposure", "everything");
    await test.set("network", { subnet: "8.8.8.0/24" });
    await test.set("exposre", "gateway");
    const outcome = await pulumi("preview");
    await test.stack.removeAllConfig(["exposure", "exposre"]);
    await test.set("network", slotConfig(7).network);

    expect(outcome.code).not.toBe(0);
    expect(text(outcome)).toContain(
      `3 mistakes in the configuration of stack ${test.name}; nothing has been changed.`,
    );
    for (const part of [
      '"everything"',
      "one of gateway, services",
      '"8.8.8.0/24"',
      "exposre",
      "npx pulumi config set",
    ]) {
      expect(text(outcome)).toContain(part);
    }
    expect(text(outcome)).not.toMatch(/\n\s+at /);
  });

  it("because the host has no room names port, addresses, names and image at once, and changes nothing", async () => {
    docker("network", "create", "--subnet", "10.213.28.128/25", "t7_other");
    const server = await occupy(test.port(8000));
    await test.set("imageOverrides", { rest: "platform-local/nowhere:0" });
    const outcome = await pulumi("up", "--yes", "--skip-preview");
    await test.stack.removeConfig("imageOverrides");
    server.close();
    docker("network", "rm", "t7_other");

    expect(outcome.code).not.toBe(0);
    for (const part of [
      "4 mistakes in what this host has room for; nothing has been changed.",
      `ports.api\n        is        127.0.0.1:${String(test.port(8000))}, taken by another program on this host`,
      "10.213.28.0/24, which overlaps 10.213.28.128/25 of Docker network t7_other",
      "t7, which names objects of another stack: t7_other",
      "platform-local/nowhere:0 is not on this Docker Engine",
    ]) {
      expect(text(outcome)).toContain(part);
    }
    expect(labelled(`sobertube/${test.name}`)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it("because a variable is the platform's own says so before anything is there", async () => {
    await test.set("services", { auth: { env: { GOTRUE_SITE_URL: "https://elsewhere.example" } } });
    const outcome = await pulumi("up", "--yes", "--skip-preview");
    await test.stack.removeConfig("services");
    expect(outcome.code).not.toBe(0);
    expect(text(outcome)).toContain("services.auth.env.GOTRUE_SITE_URL");
    expect(labelled(`sobertube/${test.name}`)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it("is still previewed, since a preview says nothing of the host", async () => {
    const server = await occupy(test.port(8000));
    await expect(pulumi("preview")).resolves.toMatchObject({ code: 0 });
    server.close();
  });

  it("because production meets settings.local.yaml is refused, and elsewhere each run says that it is in use", async () => {
    writeFileSync(join(test.folder, "settings.local.yaml"), "ports: { rest: 21999 }\n");
    expect(text(await pulumi("preview"))).toContain(
      "settings.local.yaml overrides on this machine: ports.rest",
    );
    await test.set("guard", "production");
    const outcome = await pulumi("preview");
    expect(outcome.code).not.toBe(0);
    expect(text(outcome)).toContain("no such file: what production runs is committed");
  });
});

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
