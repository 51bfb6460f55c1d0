import type { Frontend } from "./frontend.js";

/** A service behind the gateway: the DNS alias of its containers and their port. */
export interface Upstream {
  readonly name: string;
  readonly port: number;
}

/**
 * How a route's requests travel: short ones, those that are answered with sessions in cookies, sockets that stay, files
 * of any size, or work that takes its time.
 */
export type Traffic = "request" | "session" | "websocket" | "upload" | "function";

/** Classes of routes whose requests are counted together, for each client by itself. */
export const limitClasses = ["api", "signIn", "storage", "functions"] as const;
export type LimitClass = (typeof limitClasses)[number];

/** Requests of one client in a minute by class, and its connections at one time. */
export type Limits = Readonly<Record<LimitClass | "connections", number>>;

/** A path of the API and the service that answers it. */
export interface Route {
  /** `prefix` takes everything below `path`; the longest path wins, and `exact` before all. */
  readonly match: "exact" | "prefix";
  /** As clients see it, e.g. `/rest/v1/`. */
  readonly path: string;
  readonly upstream: Upstream;
  /** What the service sees in place of `path`, e.g. `/`. */
  readonly target: string;
  /** Who is let through: anyone, whoever shows a known key, or the key of `service_role` alone. */
  readonly access: "open" | "key" | "service_role";
  /** @default "request" */
  readonly traffic?: Traffic;
  /** Which of the rate limits it counts to. @default "api" */
  readonly limit?: LimitClass;
  /** Headers that the service gets beside or in place of the usual ones; an empty one is left out. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ports inside the container that the host publishes, one for each surface of the gateway. */
export const listen = { http: 80, https: 443, api: 8000, apiHttp: 8080 } as const;

/** Ports inside the container that the network alone reaches: the API for other services, and metrics. */
export const internalListen = { api: 8001, metrics: 9145 } as const;

/** Services with a host name of their own on the HTTPS port: `auth.<domain>/X` is `/auth/v1/X` of the API. */
export const serviceHosts = ["auth", "storage", "realtime"] as const;
export type ServiceHost = (typeof serviceHosts)[number];

/** A socket inside the container, on which a configuration says which generation it is, and which services are up. */
export const controlSocket = "/tmp/gateway.sock";

/** How a service is asked whether it is well: any answer of the 200s says so. */
export interface HealthCheck {
  /** As operators and the platform's page know it: letters, digits and hyphens. */
  readonly name: string;
  /** DNS alias of the service's containers. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** The gateway's own name in the network. */
export const internalName = "nginx";

/** What the API over plain HTTP does: answer, point to HTTPS, or not be there. */
export type HttpMode = "serve" | "redirect" | "off";

/** Everything that the gateway's configuration depends on, as plain values. */
export interface GatewayModel {
  /** Host names that each surface answers to, besides localhost and loopback addresses. */
  readonly hosts: Readonly<Record<"frontend" | "api" | ServiceHost, string>>;
  /** Public origins of the two HTTPS surfaces. */
  readonly urls: { readonly frontend: string; readonly api: string };
  readonly http: HttpMode;
  /** Profile of Mozilla's TLS guideline. */
  readonly tls: "intermediate" | "modern";
  readonly http3: "on" | "off";
  /** Address ranges that reach the gateway; none means all. */
  readonly allow: readonly string[];
  /** Proxies in front of the gateway whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether answers tell which instance gave them, and how long it took. */
  readonly debugHeaders: "shown" | "hidden";
  readonly limits: Limits | "off";
  /** Whether the OWASP Core Rule Set looks at requests, and whether it stops them. */
  readonly waf: "off" | "detect" | "block";
  /** How long connections live on after a reload, in seconds. */
  readonly drainSeconds: number;
  readonly csp: "strict" | "relaxed";
  /** Origins allowed to read answers, or `*` alone. */
  readonly origins: readonly string[];
  /** API keys: whoever shows one is let through to the services. */
  readonly keys: { readonly anon: string; readonly serviceRole: string };
  readonly routes: readonly Route[];
  /** How many containers a service runs in, by its name. @default - one each */
  readonly instances: Readonly<Record<string, number>>;
  /** Services whose state is shown, in this order. */
  readonly health: readonly HealthCheck[];
  /** What the HTTPS port serves. */
  readonly frontend: Frontend;
  /** Paths of services that nobody reaches from outside. */
  readonly blocked: readonly string[];
  /** Bytes that an upload may have. */
  readonly uploadLimit: number;
}

/** Names of the machine itself, under which every surface answers too. */
export const loopbackNames = ["localhost", "127.0.0.1", "[::1]"] as const;
