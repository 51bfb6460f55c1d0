import { writeFileSync } from "node:fs";
import { run } from "../bootstrap/run.js";
import { lockable, pinned } from "../components/images.js";
import { OperatorError } from "./pulumi.js";

/**
 * Asks the registry for the digest of every upstream image, through the Docker Engine and so with its logins.
 * @param registry a mirror's host, or nothing for the images' own registries
 * @param file where the digests are written, by upstream reference
 * @returns how many there are
 * @throws OperatorError with every image that could not be had; the file is then left as it is
 */
export async function lockImages(
  registry: string,
  file: string,
  progress: (line: string) => void,
): Promise<number> {
  const digests: Record<string, string> = {};
  const faults: string[] = [];
  for (const [name, upstream] of Object.entries(lockable)) {
    const reference = pinned(upstream, { registry, digests: {} });
    const answer = await digestOf(reference);
    progress(`${name.padEnd(12)} ${reference}  ${answer.digest ?? "not to be had"}`);
    if (answer.digest === undefined) faults.push(`  ${reference}: ${answer.fault}`);
    else digests[upstream] = answer.digest;
  }
  if (faults.length > 0) {
    throw new OperatorError(
      `No digest for:\n${faults.join("\n")}\nimages.lock.json is unchanged. Check the network, or name a mirror: npm run images:lock -- --registry HOST`,
    );
  }
  writeFileSync(file, `${JSON.stringify(digests, undefined, 2)}\n`);
  return Object.keys(digests).length;
}

async function digestOf(reference: string): Promise<{ digest?: string; fault: string }> {
  const pulled = await run("docker", ["pull", "--quiet", reference]);
  if (pulled.code !== 0) return { fault: pulled.stderr.trim() };
  const repository = reference.replace(/:[^:/]*$/, "");
  const { stdout } = await run("docker", [
    "image",
    "inspect",
    "--format",
    "{{json .RepoDigests}}",
    reference,
  ]);
  const digests = JSON.parse(stdout) as string[];
  // Docker Hub's own images are listed under their short names.
  const own = digests.find((entry) => entry.startsWith(`${repository}@`)) ?? digests[0];
  return { digest: own?.split("@")[1], fault: "the registry gave no digest" };
}
