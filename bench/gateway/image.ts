import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { localImage } from "../../bootstrap/images/catalog.js";
import type { GoProgram } from "../../bootstrap/images/recipe.js";
import { runOrFail } from "../../bootstrap/run.js";
import type { Progress } from "../../bootstrap/setup/images-attempt.js";
import { buildGoProgram } from "../../bootstrap/setup/images-go.js";
import { missingImages } from "../../bootstrap/setup/images-present.js";

const folder = join(__dirname, "image");
const dockerfile = join(folder, "Dockerfile");
const caddy: GoProgram = { name: "caddy", package: "github.com/caddyserver/caddy/v2/cmd/caddy" };
const caddyModule = join(folder, "build", caddy.name);

/** The gateway's own image with the other proxies and the load generators in it, so that all share one OpenSSL. */
const base = localImage("nginx");

function reference(): string {
  const hash = createHash("sha256").update(base);
  for (const file of [dockerfile, join(caddyModule, "go.mod"), join(caddyModule, "go.sum")])
    hash.update(readFileSync(file));
  return `platform-bench/gateway:${hash.digest("hex").slice(0, 12)}`;
}

/**
 * The image that every container of the bench is started from; made the first time, which takes minutes.
 * @returns its reference
 */
export async function provideImage(progress: Progress): Promise<string> {
  const image = reference();
  if ((await missingImages([image])).length === 0) return image;
  const context = await mkdtemp("/var/tmp/image-");
  try {
    copyFileSync(dockerfile, join(context, "Dockerfile"));
    await buildGoProgram(image, caddy, caddyModule, context, progress);
    const proxies = ["http_proxy", "https_proxy", "no_proxy"].filter(
      (name) => process.env[name] !== undefined,
    );
    const args = [`BASE=${base}`, ...proxies].flatMap((value) => ["--build-arg", value]);
    await runOrFail(
      `${image} could not be made`,
      "docker",
      ["build", "--network", "host", ...args, "--tag", image, context],
      { environment: { DOCKER_BUILDKIT: "0" } },
    );
    return image;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
