// Kinds of values, each with what the operator is told to write.
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { subnetFault } from "./addresses.js";

export const text = (expected: string, pattern: RegExp) =>
  z.string({ error: expected }).regex(pattern, { error: expected });

export const oneOf = <const T extends [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

/** The same optional value under each of several keys. */
export const optionalKeys = <Key extends string, T extends z.ZodType>(keys: readonly Key[], type: T) =>
  Object.fromEntries(keys.map((key) => [key, type.optional()])) as Record<Key, z.ZodOptional<T>>;

/** A value with a default of its own under each of several keys. */
export const defaultedKeys = <Key extends string, T extends z.ZodType>(
  defaults: Readonly<Record<Key, z.util.NoUndefined<z.output<T>>>>,
  type: T,
) =>
  Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [
      key,
      type.default(value as z.util.NoUndefined<z.output<T>>),
    ]),
  ) as Record<Key, z.ZodDefault<T>>;

export const port = z.int({ error: "a port between 1 and 65535" }).min(1).max(65535);

export const wholeNumber = (min: number, max: number, what: string) => {
  const error = `${what} from ${String(min)} to ${String(max)}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

export const address = z
  .string({ error: "an IP address of this host" })
  .refine((value) => ipaddr.isValid(value), {
    error: "an IP address of this host, such as 127.0.0.1 or 0.0.0.0",
  });

export const subnet = z.string({ error: "an IPv4 subnet in CIDR notation" }).check((context) => {
  const fault = subnetFault(context.value);
  if (fault) context.issues.push({ code: "custom", message: fault, input: context.value });
});

/** A range of addresses, IPv4 or IPv6; one address is a range too. */
export const cidr = z
  .string({ error: "an address range in CIDR notation" })
  .refine((value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value), {
    error: "an address or a range in CIDR notation, such as 10.1.0.0/16 or 2001:db8::/32",
  });

/** Labels of a DNS name as RFC 1123 has them, at least two. */
export const domain = text(
  "a lower-case DNS name of at least two labels, such as sobertube.local",
  /^(?=.{3,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
);

export const origin = text(
  "* or an exact origin without a path, such as https://app.example.org",
  /^(\*|https?:\/\/[a-z0-9.-]+(:[0-9]{1,5})?)$/,
);

/** An absolute URL without spaces, quotes or commas; its scheme may be an app's own. */
export const url = text(
  "an absolute URL, such as https://app.example.org/welcome",
  /^[a-z][a-z0-9+.-]*:\/\/[^\s,"'\\]+$/i,
);

export const imageReference = text(
  "an image reference, such as postgrest/postgrest:v14.17",
  /^[a-zA-Z0-9][\w.\-/:@]*$/,
);
