/** A service behind the gateway: the DNS alias of its containers and their port. */
export interface Upstream {
  readonly name: string;
  readonly port: number;
}

/** A path of the API and the service that answers it. */
export interface Route {
  /** Without a trailing slash, e.g. `/rest/v1`; it is taken off before the service sees the path. */
  readonly prefix: string;
  readonly upstream: Upstream;
}

/** Ports inside the container, one for each surface of the gateway. */
export const listen = { http: 80, https: 443, api: 8000, apiHttp: 8080 } as const;

/** What the API over plain HTTP does: answer, point to HTTPS, or not be there. */
export type HttpMode = "serve" | "redirect" | "off";

/** Everything that the gateway's configuration depends on, as plain values. */
export interface GatewayModel {
  /** Host names that each surface answers to, besides localhost and loopback addresses. */
  readonly hosts: { readonly frontend: string; readonly api: string };
  /** Public origins of the two HTTPS surfaces. */
  readonly urls: { readonly frontend: string; readonly api: string };
  readonly http: HttpMode;
  readonly csp: "strict" | "relaxed";
  /** Origins allowed to read answers, or `*` alone. */
  readonly origins: readonly string[];
  /** API keys: whoever shows one is let through to the services. */
  readonly keys: { readonly anon: string; readonly serviceRole: string };
  readonly routes: readonly Route[];
}

/** Names of the machine itself, under which every surface answers too. */
export const loopbackNames = ["localhost", "127.0.0.1", "[::1]"] as const;
