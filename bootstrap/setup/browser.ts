import { run } from "../run.js";
import { install } from "./apt.js";
import { type Finding, type Part, SetupError } from "./part.js";

/** The browser that the tests drive; whoever only runs the platform needs none. */
export const browser: Part = {
  name: "Chromium",
  consent: "Install Debian's chromium with apt-get, for the tests?",
  look,
  async provide(progress) {
    if (process.getuid?.() !== 0) {
      throw new SetupError(
        "Chromium: installing it needs root. Run: sudo apt-get update && sudo apt-get install -y chromium; " +
          "or name one that is there: CHROMIUM=/path/to/chromium",
      );
    }
    await install("Chromium", ["chromium"], progress);
    const finding = await look();
    if ("missing" in finding) throw new SetupError(`Chromium: ${finding.missing}`);
    return finding.found;
  },
};

async function look(): Promise<Finding> {
  const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const { code, stdout } = await run(program, ["--version"]);
  return code === 0 ? { found: stdout.trim() } : { missing: `no Chromium at ${program}` };
}
