// Where users are sent: by mail to this service, and from it to the site.
import { isIP } from "node:net";
import type { IncomingMessage } from "node:http";
import type { Settings } from "./settings.js";

type Places = Pick<Settings, "siteUrl" | "allowed">;

/** Whether a client may have users sent there: the site itself, and what the allow list names. */
export function isAllowed(target: string, { siteUrl, allowed }: Places): boolean {
  if (!URL.canParse(target)) return false;
  const [site, url] = [new URL(siteUrl), new URL(target)];
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const loopback = host === "localhost" || host === "::1" || /^127\./.test(host);
  const samePort = loopback || site.port === url.port;
  if (site.protocol === url.protocol && site.hostname === url.hostname && samePort) return true;
  if (isIP(host) !== 0) return loopback;
  if (/^https?:$/.test(url.protocol) && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)) return false;
  const [withoutFragment = ""] = target.split("#");
  return allowed.some((pattern) => pattern.test(withoutFragment));
}

/** Where the request wants its user sent in the end; the site where it may not say so. */
export function redirectTarget(request: IncomingMessage, url: URL, places: Places): string {
  const header = [request.headers["redirect_to"] ?? []].flat()[0];
  const wanted = [header ?? url.searchParams.get("redirect_to") ?? "", request.headers.referer ?? ""];
  return wanted.find((target) => isAllowed(target, places)) ?? places.siteUrl;
}

/** The address that this service has for whoever sent the request. */
export function externalBase(
  request: IncomingMessage,
  { externalUrl, mail }: Pick<Settings, "externalUrl" | "mail">,
): string {
  const host = [request.headers["x-forwarded-host"] ?? []].flat()[0] ?? "";
  if (!mail.externalHosts.includes(host)) return externalUrl;
  const plain = host === "localhost" && request.headers["x-forwarded-proto"] === "http";
  return `${plain ? "http" : "https"}://${host}`;
}

/** The link of a mail. */
export function actionLink(
  base: string,
  path: string,
  { token, type, target }: { token: string; type: string; target: string },
): string {
  const link = new URL(path, base);
  link.search = new URLSearchParams({ token, type, redirect_to: target }).toString();
  return link.toString();
}

/** The target with values behind its `#`, where no server sees them. */
export function withFragment(target: string, values: Readonly<Record<string, string>>): string {
  return `${target.split("#")[0] ?? ""}#${new URLSearchParams({ ...values, sb: "" }).toString()}`;
}

/** The target with more query parameters. */
export function withQuery(target: string, values: Readonly<Record<string, string>>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.toString();
}
