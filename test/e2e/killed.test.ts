import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cliBin } from "../../bootstrap/home.mjs";
import { createTestStack, docker, labelled, type TestStack } from "../support/stack.js";
import { exec, until } from "../support/containers.js";
import { operator } from "../support/operator.js";

/** Resources at whose creation the update is killed, early to late. */
const points = [
  "network-bridge",
  "postgres-container",
  "postgres-prepare-command",
  "rest-files-carrier",
  "gateway-delivery",
];

describe("an update that is killed", () => {
  let test: TestStack;

  beforeAll(async () => {
    test = await createTestStack({ slot: 3, config: { exposure: "services" } });
  });
  afterAll(() => test.remove());

  /** Kills Pulumi with SIGKILL as soon as it says that it creates the resource. */
  function killAt(resource: string): Promise<void> {
    const args = [
      "up",
      "--yes",
      "--skip-preview",
      "--non-interactive",
      "--color",
      "never",
      "--stack",
      test.name,
    ];
    const child = spawn(join(cliBin, "pulumi"), args, { cwd: test.folder, env: test.env });
    let output = "";
    return new Promise((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (new RegExp(` ${resource} creating`).test(output)) child.kill("SIGKILL");
      });
      child.on("exit", (_code, signal) => {
        if (signal === "SIGKILL") resolve();
        else reject(new Error(`the update ended before ${resource} was created:\n${output}`));
      });
    });
  }

  /** Programs that run in the test's folder, and language hosts whose engine is gone. */
  const left = (): string =>
    exec("ps", ["-eo", "ppid,args"])
      .stdout.split("\n")
      .filter((line) => line.includes(`--pwd ${test.folder}`) || /^ *1 .*pulumi-language-nodejs/.test(line))
      .join("\n");

  it.each(points)("while it creates %s is recovered, and the next one converges", async (resource) => {
    await killAt(resource);
    await until("its program has ended as well", () => (left() === "" ? true : undefined), 20);
    await expect(test.stack.up()).rejects.toThrow(/lock|load checkpoint/);
    await expect(operator(test, "up", "--stack", test.name, "--yes")).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`npm run recover -- --stack ${test.name}`) as string,
    });

    const recovery = await operator(test, "recover", "--stack", test.name);
    expect(recovery).toMatchObject({ code: 0, stderr: "" });
    expect(recovery.stdout).toContain("cleared the lock of process");
    expect(recovery.stdout).toContain(`npm run up -- --stack ${test.name}`);

    const up = await operator(
      test,
      "up",
      "--stack",
      test.name,
      "--yes",
      "--skip-preview",
      "--color",
      "never",
    );
    expect(up).toMatchObject({ code: 0 });
    expect((await test.stack.preview({ expectNoChanges: true })).changeSummary).toEqual({
      same: expect.any(Number) as number,
    });

    await test.stack.destroy();
    expect(labelled(`sobertube/${test.name}`)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it("while it writes the state's attributes leaves a state that is recovered as well", async () => {
    const attributes = join(test.folder, "backend/.pulumi/stacks/sobertube", `${test.name}.json.attrs`);
    writeFileSync(attributes, "");
    await expect(test.stack.exportStack()).rejects.toThrow("EOF");
    const recovery = await operator(test, "recover", "--stack", test.name);
    expect(recovery).toMatchObject({ code: 0, stderr: "" });
    expect(recovery.stdout).toContain(`removed ${test.name}.json.attrs, which was half written`);
    await expect(test.stack.exportStack()).resolves.toBeDefined();
  });

  it("is not recovered while it still runs", async () => {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", test.name];
    const child = spawn(join(cliBin, "pulumi"), args, { cwd: test.folder, env: test.env });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await expect(operator(test, "recover", "--stack", test.name)).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`process ${String(child.pid)}, still runs`) as string,
    });
    await new Promise((resolve) => child.once("exit", resolve));
    expect(child.exitCode).toBe(0);
  });

  it("whose state was lost is reported before anything is changed, with the way back", async () => {
    const stray = `${test.prefix}_stray`;
    docker(
      "create",
      "--name",
      stray,
      "--label",
      `platform.stack=sobertube/${test.name}`,
      docker("inspect", "--format", "{{.Image}}", `${test.prefix}_nginx`),
    );
    const refused = await operator(test, "up", "--stack", test.name, "--yes");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(stray);
    expect(refused.stderr).toContain(`npm run recover -- --stack ${test.name}`);
    const recovery = await operator(test, "recover", "--stack", test.name, "--json");
    expect(JSON.parse(recovery.stdout)).toMatchObject({
      done: expect.arrayContaining([`removed container ${stray}, which the state did not know`]) as string[],
    });
  });

  it.each([
    ["removed", () => docker("rm", "--force", `t3_rest`)],
    ["stopped", () => docker("stop", "--time", "1", `t3_nginx`)],
  ])("is not needed for a container that was %s by hand: npm run up brings it back", async (_, harm) => {
    harm();
    await expect(
      operator(test, "up", "--stack", test.name, "--yes", "--skip-preview"),
    ).resolves.toMatchObject({ code: 0 });
    for (const name of ["t3_rest", "t3_nginx"]) {
      expect(docker("inspect", "--format", "{{.State.Running}}", name)).toBe("true");
    }
  });
});
