import { z } from "zod";
import { type ImageName, upstreamImages } from "../components/images.js";
import { type CredentialName, credentialNames } from "./credentials.js";
import { endpointNames } from "./endpoints.js";
import { frontend, gateway } from "./schema-gateway.js";
import { auth, database, functions, mail, services, storage } from "./schema-services.js";
import {
  defaultedKeys,
  domain,
  imageReference,
  oneOf,
  optionalKeys,
  port,
  subnet,
  text,
} from "./vocabulary.js";

const exception = z.strictObject({
  rule: z.string(),
  reason: text("the reason of this exception, in a few words", /\S.{8,}/),
});

const guardLevel = oneOf("off", "production");

/** Rotating a credential is raising its number by one. */
const generation = z.int({ error: "a whole number from 1 on" }).min(1);

const firstGenerations = Object.fromEntries(credentialNames.map((name) => [name, 1])) as Record<
  CredentialName,
  number
>;

/** Every configuration key of the program, with its default. Pulumi.yaml describes each to the operator. */
export const schema = z.strictObject({
  domain: domain.default("sobertube.local"),
  prefix: text(
    "1 to 12 lower-case letters, digits or hyphens, beginning with a letter",
    /^[a-z][a-z0-9-]{0,11}$/,
  ).default("sobertube"),
  network: z.strictObject({ subnet: subnet.default("172.16.0.0/24") }).prefault({}),
  ports: z
    .strictObject({
      offset: z.int({ error: "a whole number from 0 to 60000" }).min(0).max(60000).default(0),
      ...optionalKeys(endpointNames, port),
    })
    .prefault({}),
  exposure: oneOf("gateway", "services").default("gateway"),
  images: oneOf("upstream", "local").default("upstream"),
  registry: text(
    "a registry that mirrors the upstream names, such as registry.example.org",
    /^[a-z0-9.\-/:]*$/,
  ).default(""),
  imageOverrides: z
    .strictObject(optionalKeys(Object.keys(upstreamImages) as ImageName[], imageReference))
    .prefault({}),
  mail,
  auth,
  storage,
  functions,
  database,
  services,
  gateway,
  frontend,
  data: oneOf("disposable", "protected").default("protected"),
  generations: z.strictObject(defaultedKeys(firstGenerations, generation)).prefault({}),
  guard: z
    .union([guardLevel, z.strictObject({ level: guardLevel, exceptions: z.array(exception).default([]) })], {
      error: "off or production, or level with exceptions, each of rule and reason",
    })
    .default("off"),
});

/** Configuration as the stack files say it, complete and valid, before anything is derived from it. */
export type Configuration = z.output<typeof schema>;
