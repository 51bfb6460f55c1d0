import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, Scalar } from "yaml";
import { SetupError } from "./part.js";

const file = "settings.local.yaml";

/** Whether this checkout uses images that are made on this machine. */
export function usesLocalImages(root: string): boolean {
  return document(root).get("images") === "local";
}

/** Says so in the checkout's own settings, and keeps whatever else they hold. */
export function useLocalImages(root: string): void {
  const settings = document(root);
  const key = new Scalar("images");
  key.commentBefore = " No registry answered: the images are made on this machine (npm run setup).";
  settings.set(key, "local");
  writeFileSync(join(root, file), settings.toString());
}

function document(root: string) {
  const path = join(root, file);
  const parsed = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "");
  const [error] = parsed.errors;
  if (error !== undefined) throw new SetupError(`${file} cannot be read: ${error.message}`);
  return parsed;
}
