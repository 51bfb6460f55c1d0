import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../bootstrap/home.mjs";
import { type Outcome, run } from "../../bootstrap/run.js";

describe("the operator's commands", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "platform-commands-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a command beside an empty backend, with a Docker Engine that is not there. */
  const command = (...args: string[]): Promise<Outcome> =>
    run(join(projectRoot, "node_modules", ".bin", "tsx"), [join(projectRoot, "cli", "main.ts"), ...args], {
      cwd: projectRoot,
      environment: {
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "a test's own",
        DOCKER_HOST: `unix://${folder}/none.sock`,
      },
    });

  it.each(["verify", "certs", "env"])("%s asks for a stack and names the fix", async (name) => {
    const { code, stdout, stderr } = await command(name);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: `Which stack? Name it: npm run ${name} -- --stack dev`,
    });
  });

  it.each(["verify", "certs", "logs", "psql", "env"])(
    "%s explains itself as npm run calls it",
    async (name) => {
      const { code, stdout } = await command(name, "--help");
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: npm run ${name} (-- |\\[-- )`));
      expect(stdout).toContain("--stack <name>");
    },
  );

  it.each(["verify", "certs", "env"])(
    "%s names the next step for a stack that is not there",
    async (name) => {
      const { code, stderr } = await command(name, "--stack", "nope");
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^There is no stack nope; there is none at all\.\nNext: npm run setup -- --stack nope/,
      );
    },
  );

  it.each([
    [["env", "--stack", "dev", "--format", "xml"], /Allowed choices are dotenv, json/],
    [["logs", "rest", "--tail", "few"], /number of lines, or all/],
    [["verify", "--stak", "dev"], /unknown option '--stak'\n\(Did you mean --stack\?\)/],
  ])("%j is refused with what was expected", async (args, message) => {
    const { code, stderr } = await command(...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it.each(["logs", "psql"])("%s says that the Docker Engine does not answer", async (name) => {
    const { code, stderr } = await command(name);
    expect(code).toBe(1);
    expect(stderr).toMatch(/docker ps[^]*none\.sock/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
