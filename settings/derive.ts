import { type Blocks, deriveBlocks } from "./addresses.js";
import { derivePorts, type Endpoint, serviceEndpoints } from "./endpoints.js";
import { instances, type Reading } from "./configuration.js";
import type { FrontendFolder } from "./frontend.js";
import type { FunctionFile } from "./functions.js";
import type { Configuration } from "./schema.js";
import type { ConfigurableService, ScalableService } from "./schema-services.js";

/** Host names that follow from the domain, as the certificates and the gateway serve them. */
export interface Hosts {
  readonly frontend: string;
  readonly wildcard: string;
  readonly api: string;
  readonly auth: string;
  readonly storage: string;
  readonly realtime: string;
}

/** An endpoint that this host publishes. */
export interface Publication {
  /** Address of the host. */
  readonly bind: string;
  readonly port: number;
  /** Where a client finds it. */
  readonly url: string;
}

/** Where mail is handed in. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly senderName: string;
  readonly user?: string;
  readonly secret?: string;
}

/** Everything that the program is told, derived from the few keys of the configuration. */
export interface Settings {
  readonly prefix: string;
  readonly domain: string;
  readonly hosts: Hosts;
  readonly network: { readonly name: string; readonly bridge: string; readonly blocks: Blocks };
  /** Host port of every endpoint, published or not. */
  readonly ports: Readonly<Record<Endpoint, number>>;
  readonly urls: { readonly frontend: string; readonly api: string; readonly apiHttp: string };
  /** What the host publishes, and nothing else. */
  readonly published: Readonly<Partial<Record<Endpoint, Publication>>>;
  readonly exposure: Configuration["exposure"];
  readonly images: {
    readonly source: Configuration["images"];
    readonly registry: string;
    readonly overrides: Configuration["imageOverrides"];
  };
  readonly mail: MailServer;
  readonly auth: {
    /** Where a user lands after signing in. */
    readonly siteUrl: string;
    /** Other targets that a link may lead to; `*` and `**` are wildcards. */
    readonly redirectUrls: readonly string[];
    readonly providers: Configuration["auth"]["providers"];
  };
  readonly storage: Configuration["storage"];
  readonly functionFiles: readonly FunctionFile[];
  /** The operator's frontend. @default - the platform's own page */
  readonly frontend?: FrontendFolder;
  readonly database: Configuration["database"];
  /** The operator's further variables by service. */
  readonly extraEnv: Readonly<Partial<Record<ConfigurableService, Readonly<Record<string, string>>>>>;
  /** How many containers a service runs in. */
  readonly instances: Readonly<Record<ScalableService, number>>;
  readonly gateway: Configuration["gateway"];
  readonly data: Configuration["data"];
  readonly generations: Configuration["generations"];
  /** Keys that settings.local.yaml overrides on this machine. */
  readonly localKeys: readonly string[];
}

/** An origin without the port that its scheme implies. */
function origin(scheme: "http" | "https", host: string, port: number): string {
  return new URL(`${scheme}://${host}:${String(port)}`).origin;
}

/** The whole of the settings from a valid configuration; pure, and in one direction. */
export function derive({ configuration, localKeys, functionFiles, frontend }: Reading): Settings {
  const { domain, prefix, ports: portSettings, gateway, auth, services } = configuration;
  const { offset, ...overrides } = portSettings;
  const ports = derivePorts(offset, overrides);
  const hosts: Hosts = {
    frontend: domain,
    wildcard: `*.${domain}`,
    api: `api.${domain}`,
    auth: `auth.${domain}`,
    storage: `storage.${domain}`,
    realtime: `realtime.${domain}`,
  };
  const urls = {
    frontend: origin("https", hosts.frontend, ports.https),
    api: origin("https", hosts.api, ports.api),
    apiHttp: origin("http", "localhost", ports.apiHttp),
  };
  const published = publish(configuration, ports, urls);
  const origins = gateway.cors.origins.length > 0 ? gateway.cors.origins : [urls.frontend];
  return {
    prefix,
    domain,
    hosts,
    network: {
      name: `${prefix}_network`,
      bridge: `${prefix}0`,
      blocks: deriveBlocks(configuration.network.subnet),
    },
    ports,
    urls,
    published,
    exposure: configuration.exposure,
    images: {
      source: configuration.images,
      registry: configuration.registry,
      overrides: configuration.imageOverrides,
    },
    mail: mailServer(configuration),
    auth: {
      siteUrl: auth.siteUrl ?? urls.frontend,
      redirectUrls: auth.redirectUrls ?? [`${urls.frontend}/**`],
      providers: auth.providers,
    },
    storage: configuration.storage,
    functionFiles,
    frontend,
    database: configuration.database,
    extraEnv: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, service.env])),
    instances: instances(configuration),
    gateway: { ...gateway, cors: { origins } },
    data: configuration.data,
    generations: configuration.generations,
    localKeys,
  };
}

/** Captured mail goes to Inbucket, which asks for no login. */
const mailServer = ({ mail, domain }: Configuration): MailServer =>
  mail === "capture"
    ? { host: "inbucket", port: 2500, from: `noreply@${domain}`, senderName: domain }
    : { ...mail.smtp, senderName: domain };

/** The gateway's surfaces on its own address, and services on loopback where they are exposed. */
function publish(
  { exposure, gateway: { bind, http } }: Configuration,
  ports: Settings["ports"],
  urls: Settings["urls"],
): Settings["published"] {
  const surface = (name: Endpoint, url: string) => [name, { bind, port: ports[name], url }] as const;
  const direct = (name: Endpoint) =>
    [name, { bind: "127.0.0.1", port: ports[name], url: origin("http", "localhost", ports[name]) }] as const;
  return Object.fromEntries([
    surface("https", urls.frontend),
    surface("http", origin("http", new URL(urls.frontend).hostname, ports.http)),
    surface("api", urls.api),
    ...(http === "off" ? [] : [surface("apiHttp", urls.apiHttp)]),
    ...(exposure === "services" ? serviceEndpoints.map(direct) : []),
  ]);
}

/** The leaf certificates and the names in each; every one is good for this machine too. */
export function leafNames({ frontend, wildcard, api, auth, storage, realtime }: Hosts) {
  const leaf = (...dns: string[]) => ({ dns: [...dns, "localhost"], ip: ["127.0.0.1", "::1"] });
  return {
    server: leaf(frontend, wildcard),
    api: leaf(api),
    auth: leaf(auth),
    storage: leaf(storage),
    realtime: leaf(realtime),
  };
}
