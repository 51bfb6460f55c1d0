import {
  firewallImage,
  gatewayImage,
  type ImageChoice,
  type ImageName,
  imageReference,
  imageReferences,
  upstreamImages,
} from "../../components/images.js";

const tag = upstreamImages.rest;
const nothing: ImageChoice = { registry: "", overrides: {}, digests: {} };
const digests = { [tag]: "sha256:0123" };
const names = Object.keys(upstreamImages) as ImageName[];
const local = Object.fromEntries(names.map((name) => [name, `local/${name}:1`])) as Record<ImageName, string>;
const overrides = { rest: "mine/rest:2" };

it.each<[string, Partial<ImageChoice>, string]>([
  ["upstream's tag, with nothing set", {}, tag],
  ["upstream's tag and digest, once locked", { digests }, `${tag}@sha256:0123`],
  ["a mirror's", { registry: "mirror.example:5000" }, `mirror.example:5000/${tag}`],
  ["a mirror's, with a slash at its end", { registry: "mirror.example/hub/" }, `mirror.example/hub/${tag}`],
  [
    "a mirror's with the digest",
    { registry: "mirror.example", digests },
    `mirror.example/${tag}@sha256:0123`,
  ],
  [
    "a local image, whatever is locked or mirrored",
    { local, digests, registry: "mirror.example" },
    local.rest,
  ],
  [
    "an override, as it stands, before everything",
    { overrides, local, digests, registry: "m" },
    "mine/rest:2",
  ],
])("the image is %s", (_, choice, reference) => {
  expect(imageReference("rest", { ...nothing, ...choice })).toBe(reference);
});

it("another image's override and digest do not matter", () => {
  const choice = { ...nothing, overrides: { nginx: "mine/nginx:1" }, digests: { other: "sha256:9" } };
  expect(imageReferences(choice)).toEqual({ ...upstreamImages, nginx: "mine/nginx:1" });
});

it.each([
  ["off", upstreamImages.nginx],
  ["detect", firewallImage],
  ["block", firewallImage],
] as const)("the gateway's image with its firewall %s is %s", (waf, reference) => {
  expect(gatewayImage(waf, nothing)).toBe(reference);
  expect(gatewayImage(waf, { ...nothing, digests: { [reference]: "sha256:4" }, registry: "m" })).toBe(
    `m/${reference}@sha256:4`,
  );
  expect(gatewayImage(waf, { ...nothing, local })).toBe(local.nginx);
  expect(gatewayImage(waf, { ...nothing, local, overrides: { nginx: "mine/nginx:1" } })).toBe("mine/nginx:1");
});

it("every upstream image has an exact tag", () => {
  for (const reference of Object.values(upstreamImages))
    expect(reference).toMatch(/^[a-z\d./_-]+:(v?\d+\.\d+[\d.]*(-alpine)?|RELEASE\.[\dTZ-]+)$/);
});
