// Which images the engine already has.
import { run } from "../run.js";
import { SetupError } from "./part.js";

/** Those of the references that the engine does not have, found with one call. */
export async function missingImages(references: readonly string[]): Promise<string[]> {
  if (references.length === 0) return [];
  const { code, stderr } = await run("docker", ["image", "inspect", "--format", "{{.Id}}", ...references]);
  if (code === 0) return [];
  const missing = [...stderr.matchAll(/no such image: (\S+)/gi)].map((match) => match[1]);
  if (missing.length === 0) throw new SetupError(stderr.trim());
  return references.filter((reference) => missing.includes(reference));
}
