// What `docker build` reads for an image: its folder, and the programs that are made for it here.
import { copyFile, cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { localImage, recipe, type LocalImageName } from "../images/catalog.js";
import type { Progress } from "./images-attempt.js";
import { buildGoProgram, goModuleFolder } from "./images-go.js";

const root = join(__dirname, "..", "..");

/** Fills an empty folder for `docker build`. */
export async function fillContext(name: LocalImageName, context: string, progress: Progress): Promise<void> {
  const { folder: below, bundle, npmProgram, programs = [], data = [] } = recipe(name);
  const folder = join(root, "bootstrap", "images", below);
  if (bundle !== undefined) {
    await copyFile(join(folder, "Dockerfile"), join(context, "Dockerfile"));
    await bundleProgram(join(folder, "main.ts"), join(context, "program.js"));
    return;
  }
  const modules = join(folder, "build");
  await cp(folder, context, { recursive: true, filter: (path) => path !== modules });
  if (npmProgram !== undefined) await copyNpmProgram(npmProgram.path, context);
  for (const program of programs) {
    await buildGoProgram(localImage(name), program, join(modules, program.name), context, progress);
  }
  for (const { name: target, module, path } of data) {
    const source = await goModuleFolder(localImage(name), module, join(modules, target));
    await cp(join(source, path), join(context, target), { recursive: true });
  }
}

async function copyNpmProgram(path: string, context: string): Promise<void> {
  const program = path.replace("{arch}", process.arch);
  await copyFile(join(root, "node_modules", program), join(context, basename(program)));
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
