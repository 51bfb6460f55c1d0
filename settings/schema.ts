import ipaddr from "ipaddr.js";
import { z } from "zod";
import { type ImageName, upstreamImages } from "../components/images.js";
import { subnetFault } from "./addresses.js";
import { endpointNames } from "./endpoints.js";

const text = (expected: string, pattern: RegExp) =>
  z.string({ error: expected }).regex(pattern, { error: expected });

const oneOf = <const T extends [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

/** The same optional value under each of several keys. */
const optionalKeys = <Key extends string, T extends z.ZodType>(keys: readonly Key[], type: T) =>
  Object.fromEntries(keys.map((key) => [key, type.optional()])) as Record<Key, z.ZodOptional<T>>;

const port = z.int({ error: "a port between 1 and 65535" }).min(1).max(65535);

const address = z.string({ error: "an IP address of this host" }).refine((value) => ipaddr.isValid(value), {
  error: "an IP address of this host, such as 127.0.0.1 or 0.0.0.0",
});

const subnet = z.string({ error: "an IPv4 subnet in CIDR notation" }).check((context) => {
  const fault = subnetFault(context.value);
  if (fault) context.issues.push({ code: "custom", message: fault, input: context.value });
});

/** Labels of a DNS name as RFC 1123 has them, at least two. */
const domain = text(
  "a lower-case DNS name of at least two labels, such as sobertube.local",
  /^(?=.{3,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
);

const origin = text(
  "* or an exact origin without a path, such as https://app.example.org",
  /^(\*|https?:\/\/[a-z0-9.-]+(:[0-9]{1,5})?)$/,
);

const imageReference = text(
  "an image reference, such as postgrest/postgrest:v14.17",
  /^[a-zA-Z0-9][\w.\-/:@]*$/,
);

const smtp = z.strictObject({
  host: text("the name of a mail server", /^[a-zA-Z0-9.-]+$/),
  port,
  user: z.string().optional(),
  secret: z.string().optional(),
  from: z.email({ error: "the address that mail comes from" }),
});

const exception = z.strictObject({
  rule: z.string(),
  reason: text("the reason of this exception, in a few words", /\S.{8,}/),
});

const guardLevel = oneOf("off", "production");

/** Rotating a credential is raising its number by one. */
const generation = z.int({ error: "a whole number from 1 on" }).min(1);

/** The credentials that have a generation of their own. */
export const credentialNames = [
  "authority",
  "jwt",
  "postgres",
  "supabaseAdmin",
  "authenticator",
  "authAdmin",
  "storageAdmin",
] as const;

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
  mail: z
    .union([z.literal("capture"), z.strictObject({ smtp })], {
      error: "capture, or smtp with host, port and from",
    })
    .default("capture"),
  gateway: z
    .strictObject({
      bind: address.default("127.0.0.1"),
      http: oneOf("serve", "redirect", "off").default("redirect"),
      csp: oneOf("strict", "relaxed").default("strict"),
      cors: z
        .strictObject({ origins: z.array(origin, { error: "a list of origins" }).default([]) })
        .prefault({}),
    })
    .prefault({}),
  data: oneOf("disposable", "protected").default("protected"),
  generations: z
    .strictObject(
      Object.fromEntries(credentialNames.map((name) => [name, generation.default(1)])) as Record<
        (typeof credentialNames)[number],
        z.ZodDefault<typeof generation>
      >,
    )
    .prefault({}),
  guard: z
    .union([guardLevel, z.strictObject({ level: guardLevel, exceptions: z.array(exception).default([]) })], {
      error: "off or production, or level with exceptions, each of rule and reason",
    })
    .default("off"),
});

/** Configuration as the stack files say it, complete and valid, before anything is derived from it. */
export type Configuration = z.output<typeof schema>;
