import { localImage, localImageNames } from "../bootstrap/images/catalog.js";
import { type ImageName, imageReferences } from "../components/images.js";
import digests from "../images.lock.json";
import type { Settings } from "./derive.js";

/** The reference of every image that this stack runs. */
export function resolveImages({
  source,
  registry,
  overrides,
}: Settings["images"]): Record<ImageName, string> {
  const local = source === "local" ? localImages() : undefined;
  return imageReferences({ registry, overrides, digests, local });
}

const localImages = (): Record<ImageName, string> =>
  Object.fromEntries(localImageNames.map((name) => [name, localImage(name)])) as Record<ImageName, string>;

/** The references of the upstream images, for the machine that pulls them. */
export const resolveUpstream = (): Promise<readonly string[]> =>
  Promise.resolve(Object.values(imageReferences({ registry: "", overrides: {}, digests })));
