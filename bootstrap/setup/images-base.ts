// The bare Debian that images stand on.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { baseImage } from "../images/catalog.js";
import type { Suite } from "../images/recipe.js";
import { attempt, type Progress } from "./images-attempt.js";
import { debianMirrors } from "./images-mirrors.js";
import { missingImages } from "./images-present.js";
import { SetupError } from "./part.js";

const script = join(__dirname, "..", "images", "base", "make.sh");
const underway = new Map<Suite, Promise<void>>();

/** Makes the base of a suite where it is missing; images that are made at the same time wait for the same one. */
export function provideBase(suite: Suite, progress: Progress): Promise<void> {
  const base = underway.get(suite) ?? makeBase(suite, progress);
  underway.set(suite, base);
  return base;
}

async function makeBase(suite: Suite, progress: Progress): Promise<void> {
  const reference = baseImage(suite);
  if ((await missingImages([reference])).length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `${reference} is made with debootstrap, which needs root; run the setup as root once`,
    );
  }
  const { main, security = "" } = await debianMirrors();
  // Not in /tmp: where that is in memory it is too small, and does not allow device files.
  const folder = await mkdtemp("/var/tmp/image-");
  try {
    const archive = join(folder, "base.tar");
    const stages = new Set(["Retrieving", "Extracting", "Unpacking", "Configuring"]);
    await attempt(reference, "sh", [script, archive, suite, main, security], {
      onLine: (line) => {
        const stage = /^I: (\w+)/.exec(line)?.[1] ?? "";
        if (stages.delete(stage)) progress(`${reference}: ${stage.toLowerCase()} packages`);
      },
    });
    await attempt(reference, "docker", ["import", archive, reference]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
