// Makes images on this machine out of Debian's packages and of programs built here, for where no registry answers.
import { mkdtemp, rm } from "node:fs/promises";
import { baseImage, localImage, recipe, type LocalImageName } from "../images/catalog.js";
import type { Suite } from "../images/recipe.js";
import { attempt, type Progress } from "./images-attempt.js";
import { provideBase } from "./images-base.js";
import { fillContext } from "./images-context.js";

/** Builds one image under its reference, its base first where that is missing. */
export async function buildImage(name: LocalImageName, progress: Progress): Promise<void> {
  const { suite } = recipe(name);
  await provideBase(suite, progress);
  // Not in /tmp: where that is in memory it is too small for some programs.
  const context = await mkdtemp("/var/tmp/image-");
  try {
    await fillContext(name, context, progress);
    await dockerBuild(localImage(name), suite, context, progress);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** The classic builder, which every engine has; the host's network, because a build needs the host's name servers. */
async function dockerBuild(
  reference: string,
  suite: Suite,
  context: string,
  progress: Progress,
): Promise<void> {
  const proxies = ["http_proxy", "https_proxy", "no_proxy"].filter((name) => process.env[name] !== undefined);
  const buildArgs = [`BASE=${baseImage(suite)}`, ...proxies].flatMap((value) => ["--build-arg", value]);
  await attempt(
    reference,
    "docker",
    ["build", "--network", "host", ...buildArgs, "--tag", reference, context],
    {
      environment: { DOCKER_BUILDKIT: "0" },
      onLine: (line) => {
        if (line.startsWith("Step ")) progress(`${reference}: ${line.slice(0, 90)}`);
      },
    },
  );
}
