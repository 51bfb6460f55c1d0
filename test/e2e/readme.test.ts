import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../bootstrap/home.mjs";
import { type Outcome, run } from "../../bootstrap/run.js";
import { labelled, slotConfig } from "../support/stack.js";

/** Commands that are run elsewhere: setup and the tests by CI before this one, the lock against a registry of its own. */
const elsewhere = ["npm run setup", "npm test", "npm run images:lock"];

/** The commands of README.md in their order, without the remarks behind them. */
const commands = [...readFileSync(join(projectRoot, "README.md"), "utf8").matchAll(/^```sh\n([^]*?)^```$/gm)]
  .flatMap(([, block]) => (block ?? "").split("\n"))
  .map((line) => line.replace(/\s+#.*$/, "").trim())
  .filter((line) => line !== "" && !elsewhere.includes(line));

describe("a new user who follows README.md on a clean clone", () => {
  const home = mkdtempSync(join(tmpdir(), "platform-readme-"));
  const clone = join(home, "clone");
  const environment = {
    PULUMI_BACKEND_URL: `file://${join(home, "backend")}`,
    XDG_CONFIG_HOME: join(home, "config"),
    CI: "true",
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  };
  const type = (line: string): Promise<Outcome> => run("sh", ["-c", line], { cwd: clone, environment });
  const changed = async (): Promise<string> => (await type("git status --porcelain")).stdout;

  beforeAll(() => {
    mkdirSync(join(home, "backend"));
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
      cwd: projectRoot,
    });
    mkdirSync(clone);
    execFileSync("tar", ["--extract", "--directory", clone], {
      input: execFileSync("tar", ["--create", "--null", "--files-from=-"], {
        cwd: projectRoot,
        input: files,
        maxBuffer: 2 ** 28,
      }),
    });
    symlinkSync(join(projectRoot, "node_modules"), join(clone, "node_modules"));
    // node_modules is a link here, which the folder's own line does not ignore.
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: clone });
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "as cloned");
    const { prefix, network, images } = slotConfig(8);
    // Another stack may have the standard ports on this machine; 8080 is what the README's curl asks.
    const local = { prefix, network, images, ports: { offset: 20296, apiHttp: 8080 } };
    writeFileSync(join(clone, "settings.local.yaml"), JSON.stringify(local));
  });
  afterAll(async () => {
    await type("npx pulumi destroy --stack dev --yes");
    rmSync(home, { recursive: true, force: true });
  });

  it("has the stack of the first two commands, and a clean checkout afterwards", async () => {
    await expect(type("npm run setup")).resolves.toMatchObject({ code: 0 });
    const { code, stdout } = await type("npm run dev");
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Endpoints[^]*Next steps/) as string,
    });
    expect(await changed()).toBe("");
  });

  const following = commands.filter((line) => line !== "npm run dev");

  it.each(following)("%s", async (line) => {
    const outcome = await type(line);
    expect(outcome).toMatchObject({ code: 0 });
    await expectations[line]?.(outcome);
  });

  const expectations: Readonly<Record<string, (outcome: Outcome) => void | Promise<void>>> = {
    "curl http://localhost:8080/health": ({ stdout }) => {
      expect(stdout).toBe('{"status":"ok"}');
    },
    "npx pulumi stack output anonKey --stack dev": ({ stdout }) => {
      expect(stdout.split(".")).toHaveLength(3);
    },
    "npx pulumi destroy --stack dev --yes": () => {
      expect(labelled("sobertube/dev").containers.filter((name) => name.startsWith("t8_"))).toEqual([]);
    },
    "npm run setup -- --stack prod": async ({ stdout }) => {
      const file = join(home, "config", "sobertube-infrastructure", "passphrases", "prod");
      expect(stdout).toContain(file);
      expect(execFileSync("stat", ["--format", "%a", file], { encoding: "utf8" }).trim()).toBe("600");
      expect(await changed()).toContain("Pulumi.prod.yaml");
    },
  };
});
