// The keys that concern the gateway: who reaches it, how, and what it lets pass.
import { z } from "zod";
import { address, cidr, oneOf, origin, text, wholeNumber } from "./vocabulary.js";

const perMinute = wholeNumber(1, 1_000_000, "requests of one client in a minute,");

/** Requests of one client in a minute by class of route, and its connections at one time. */
const limits = z.strictObject({
  api: perMinute.default(6000),
  signIn: perMinute.default(60),
  storage: perMinute.default(6000),
  functions: perMinute.default(3000),
  connections: wholeNumber(1, 100_000, "connections of one client at one time,").default(200),
});

const ranges = z.array(cidr, { error: "a list of address ranges" });

export const gateway = z
  .strictObject({
    bind: address.default("127.0.0.1"),
    allow: ranges.default([]),
    trustedProxies: ranges.default([]),
    http: oneOf("serve", "redirect", "off").default("redirect"),
    tls: oneOf("intermediate", "modern").default("intermediate"),
    http3: oneOf("off", "on").default("off"),
    csp: oneOf("strict", "relaxed").default("strict"),
    cors: z
      .strictObject({ origins: z.array(origin, { error: "a list of origins" }).default([]) })
      .prefault({}),
    debugHeaders: oneOf("shown", "hidden").default("hidden"),
    limits: z
      .union([z.literal("off"), limits], {
        error: "off, or numbers for api, signIn, storage, functions and connections",
      })
      .prefault({}),
    waf: oneOf("off", "detect", "block").default("off"),
    drainSeconds: wholeNumber(10, 86_400, "seconds").default(3600),
  })
  .prefault({});

/** The frontend that 443 serves: a folder of files, as a build leaves them. */
export const frontend = z
  .strictObject({
    folder: text("a folder, relative to this project or absolute", /^[^\n\r\0]*$/).default(""),
  })
  .prefault({});
