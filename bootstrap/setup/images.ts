import { join } from "node:path";
import { localImage, localImageNames, recipe, type LocalImageName } from "../images/catalog.js";
import type { Progress } from "./images-attempt.js";
import { buildImage } from "./images-build.js";
import { missingImages } from "./images-present.js";
import { runOrFail } from "../run.js";
import { useLocalImages, usesLocalImages } from "./images-settings.js";
import { type Part, SetupError } from "./part.js";

const registry = "https://registry-1.docker.io/v2/";

/** The images of all services: pulled where a registry answers, else made on this machine.
 * @param upstream the references that the program uses when images are not local */
export function imagesPart(
  upstream: () => Promise<readonly string[]>,
  root = join(__dirname, "..", ".."),
): Part {
  const wanted = async (): Promise<readonly string[]> =>
    usesLocalImages(root) ? localImageNames.map((name) => localImage(name)) : upstream();

  return {
    name: "Images",
    async look() {
      const references = await wanted();
      const origin = usesLocalImages(root) ? "made on this machine" : "pulled";
      try {
        const missing = await missingImages(references);
        return missing.length === 0
          ? { found: `all ${references.length}, ${origin}` }
          : { missing: `${missing.length} of ${references.length}: ${missing.join(", ")}` };
      } catch (error) {
        return { missing: `cannot be looked for: ${error instanceof Error ? error.message : String(error)}` };
      }
    },
    async provide(progress) {
      if (!usesLocalImages(root) && (await registryAnswers())) return pull(await upstream(), progress);
      const done = await buildMissing(progress);
      useLocalImages(root);
      return done;
    },
  };
}

/** Any answer counts, a refusal too. */
async function registryAnswers(): Promise<boolean> {
  return fetch(registry, { signal: AbortSignal.timeout(5000) }).then(
    () => true,
    () => false,
  );
}

async function pull(references: readonly string[], progress: Progress): Promise<string> {
  const missing = await missingImages(references);
  for (const [index, reference] of missing.entries()) {
    progress(`${index + 1}/${missing.length} ${reference}`);
    try {
      await runOrFail(`${reference} could not be pulled`, "docker", ["pull", "--quiet", reference]);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new SetupError(
        `${cause}\nTo make the images on this machine: images: local in settings.local.yaml`,
      );
    }
  }
  return `pulled ${missing.length}`;
}

/** Two at a time: those with a program of ours share their first layers with one another, and so do the others. */
async function buildMissing(progress: Progress): Promise<string> {
  const missing = await missingImages(localImageNames.map((name) => localImage(name)));
  const names = localImageNames.filter((name) => missing.includes(localImage(name)));
  const bundled = (name: LocalImageName) => recipe(name).bundle !== undefined;
  const failures: unknown[] = [];
  let begun = 0;
  const make = async (lane: readonly LocalImageName[]) => {
    for (const name of lane) {
      if (failures.length > 0) return;
      progress(`${++begun}/${names.length} ${localImage(name)}`);
      await buildImage(name, progress).catch((failure: unknown) => failures.push(failure));
    }
  };
  await Promise.all([make(names.filter(bundled)), make(names.filter((name) => !bundled(name)))]);
  if (failures.length > 0) throw failures[0];
  return `no registry in use; made ${names.length === 0 ? "none, all were there" : names.join(", ")}`;
}
