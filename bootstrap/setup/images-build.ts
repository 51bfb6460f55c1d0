// Makes images on this machine out of Debian's packages, for where no registry answers.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { baseImage, localImage, recipe, type LocalImageName, type Suite } from "../images/catalog.js";
import { debianMirrors } from "./images-mirrors.js";
import { missingImages } from "./images-present.js";
import { runOrFail, type RunOptions } from "../run.js";
import { SetupError } from "./part.js";

type Progress = (line: string) => void;

const imagesFolder = join(__dirname, "..", "images");

/** Builds one image under its reference, its base first where that is missing. */
export async function buildImage(name: LocalImageName, progress: Progress): Promise<void> {
  const { suite, bundle } = recipe(name);
  const reference = localImage(name);
  await provideBase(suite, progress);
  const folder = join(imagesFolder, recipe(name).folder);
  if (bundle === undefined) {
    await dockerBuild(reference, suite, folder, progress);
    return;
  }
  const context = await mkdtemp(join(tmpdir(), "image-"));
  try {
    await bundleProgram(join(folder, "main.ts"), join(context, "program.js"));
    await copyFile(join(folder, "Dockerfile"), join(context, "Dockerfile"));
    await dockerBuild(reference, suite, context, progress);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function bundleProgram(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // An optional native driver of pg, looked for at run time and not used.
    external: ["pg-native"],
    logLevel: "silent",
  });
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

async function provideBase(suite: Suite, progress: Progress): Promise<void> {
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
    await attempt(reference, "sh", [join(imagesFolder, "base", "make.sh"), archive, suite, main, security], {
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

async function attempt(
  reference: string,
  program: string,
  args: string[],
  options?: RunOptions,
): Promise<void> {
  try {
    await runOrFail(`${reference} could not be made`, program, args, options);
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}
