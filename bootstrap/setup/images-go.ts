// Programs that are built from their published Go modules, and data out of such.
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { GoProgram } from "../images/recipe.js";
import { run } from "../run.js";
import { attempt, type Progress } from "./images-attempt.js";
import { SetupError } from "./part.js";

/** Builds a program for the images into a folder.
 * @param module folder of the go.mod that pins it; Go compares all it downloads with the go.sum beside that
 * @throws SetupError when there is no fitting Go, or the build fails */
export async function buildGoProgram(
  reference: string,
  { name, package: path, variables = {} }: GoProgram,
  module: string,
  folder: string,
  progress: Progress,
): Promise<void> {
  await requireGo(`${reference} contains ${name}, which`);
  progress(`${reference}: building ${name} from Go modules (up to some minutes)`);
  const linked = Object.entries(variables).map(([variable, value]) => ` -X ${variable}=${value}`);
  const flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", `-s -w${linked.join("")}`];
  const file = join(folder, name);
  await attempt(reference, "go", ["-C", module, "build", ...flags, "-o", file, path], {
    environment: { CGO_ENABLED: "0", GOOS: "linux", GOWORK: "off" },
  });
  // Whatever the mask of this process is, every user of the image runs it.
  await chmod(file, 0o755);
}

/** The folder of a published module as it was downloaded.
 * @param pinning folder of the go.mod that says its version; Go compares what it downloads with the go.sum beside that
 * @throws SetupError when there is no Go, the module does not come, or it is another one than was pinned */
export async function goModuleFolder(reference: string, module: string, pinning: string): Promise<string> {
  await requireGo(`${reference} contains files of a Go module, which`);
  const { code, stdout, stderr } = await run("go", ["-C", pinning, "mod", "download", "-json", module], {
    environment: { GOWORK: "off" },
  });
  if (code !== 0) throw new SetupError(`${reference} could not be made: go mod download\n${stderr}`);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** A Go that is too old says so itself, or gets the newer one. */
async function requireGo(what: string): Promise<void> {
  if ((await run("go", ["version"])).code === 0) return;
  throw new SetupError(
    `${what} is built from source, and there is no go on PATH. Install Go, put it on PATH, and run npm run setup again.`,
  );
}
