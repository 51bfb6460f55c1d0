import { localImage, localImageNames } from "../bootstrap/images/catalog.js";
import { gatewayImage, type ImageChoice, type ImageName, imageReferences } from "../components/images.js";
import digests from "../images.lock.json";
import type { Settings } from "./derive.js";

/** The reference of every image that this stack runs. */
export const resolveImages = (images: Settings["images"]): Record<ImageName, string> =>
  imageReferences(choice(images));

/** The reference of the gateway's image, which its firewall decides on too. */
export const resolveGatewayImage = ({ images, gateway }: Pick<Settings, "images" | "gateway">): string =>
  gatewayImage(gateway.waf, choice(images));

const choice = ({ source, registry, overrides }: Settings["images"]): ImageChoice => ({
  ...{ registry, overrides, digests },
  local: source === "local" ? localImages() : undefined,
});

const localImages = (): Record<ImageName, string> =>
  Object.fromEntries(localImageNames.map((name) => [name, localImage(name)])) as Record<ImageName, string>;

/** The references of the upstream images, for the machine that pulls them. */
export const resolveUpstream = (): Promise<readonly string[]> =>
  Promise.resolve(Object.values(imageReferences({ registry: "", overrides: {}, digests })));
