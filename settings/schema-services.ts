// The keys that concern single services.
import { z } from "zod";
import { defaultedKeys, optionalKeys, port, text, url, wholeNumber } from "./vocabulary.js";

/** Services that take further variables, named as their containers are. */
export const configurableServices = [
  "postgres",
  "redis",
  "rest",
  "realtime",
  "auth",
  "storage",
  "minio",
  "imgproxy",
  "edge-functions",
  "inbucket",
  "prometheus",
  "grafana",
] as const;

export type ConfigurableService = (typeof configurableServices)[number];

/** Connections to the database that each service holds at most. */
const poolDefaults = { rest: 20, auth: 10, storage: 15, realtime: 15, functions: 10, monitor: 3 } as const;

/** OAuth providers, as GoTrue names them. */
const providerNames = [
  ...["apple", "azure", "bitbucket", "discord", "facebook", "figma", "fly", "github", "gitlab", "google"],
  ...[
    "kakao",
    "keycloak",
    "linkedin_oidc",
    "notion",
    "slack_oidc",
    "snapchat",
    "spotify",
    "twitch",
    "twitter",
  ],
  ...["workos", "zoom"],
];

const providerName = z.string().refine((name) => providerNames.includes(name), {
  error: `one of ${providerNames.join(", ")}`,
});

const provider = z.strictObject({
  clientId: text("the client id that the provider gave out", /\S/),
  secret: text("the client secret that the provider gave out", /\S/),
  url: url.optional(),
  redirectUrl: url.optional(),
});

const environment = z.record(
  text("a variable's name: letters, digits and underscores", /^[A-Za-z_][A-Za-z0-9_]*$/),
  z
    .union([z.string(), z.number(), z.boolean()], { error: "a text, a number, true or false" })
    .transform(String),
);

export const mail = z
  .union(
    [
      z.literal("capture"),
      z.strictObject({
        smtp: z.strictObject({
          host: text("the name of a mail server", /^[a-zA-Z0-9.-]+$/),
          port,
          user: z.string().optional(),
          secret: z.string().optional(),
          from: z.email({ error: "the address that mail comes from" }),
        }),
      }),
    ],
    { error: "capture, or smtp with host, port and from" },
  )
  .default("capture");

export const auth = z
  .strictObject({
    siteUrl: url.optional(),
    redirectUrls: z.array(url, { error: "a list of URLs, in which * and ** are wildcards" }).optional(),
    providers: z.record(providerName, provider).default({}),
  })
  .prefault({});

export const storage = z
  .strictObject({
    fileSizeLimit: wholeNumber(1, 50 * 1024 ** 3, "a number of bytes").default(50 * 1024 ** 2),
  })
  .prefault({});

export const database = z
  .strictObject({
    maxConnections: wholeNumber(20, 10_000, "a number of connections").default(100),
    pools: z
      .strictObject(defaultedKeys(poolDefaults, wholeNumber(1, 10_000, "a number of connections")))
      .prefault({}),
  })
  .prefault({});

export const functions = z
  .strictObject({ folder: z.string({ error: "the path of a folder, from the project's" }).default("") })
  .prefault({});

/** Services that keep nothing in themselves, so that several containers can share the work. */
export const scalableServices = ["rest", "auth", "storage", "imgproxy", "edge-functions"] as const;

export type ScalableService = (typeof scalableServices)[number];

const service = z.strictObject({ env: environment.default({}) });
const scalable = service.extend({ instances: wholeNumber(1, 9, "a number of containers").default(1) });

export const services = z
  .strictObject({
    ...optionalKeys(configurableServices, service),
    ...optionalKeys(scalableServices, scalable),
  })
  .prefault({});
