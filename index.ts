import * as pulumi from "@pulumi/pulumi";
import {
  CertificateAuthority,
  createImage,
  Credentials,
  Gateway,
  Network,
  Postgres,
  Rest,
  stackLabels,
} from "./components/index.js";
import { landingPage } from "./landing/page.js";
import { leafNames } from "./settings/derive.js";
import { resolveImages } from "./settings/images.js";
import { loadSettings } from "./settings/index.js";
import { preflight } from "./settings/preflight.js";

/** SoberTube's platform. */
export = async (): Promise<Record<string, unknown>> => {
  const settings = loadSettings();
  const labels = stackLabels(pulumi.getProject(), pulumi.getStack());
  const images = resolveImages(settings.images);
  if (!pulumi.runtime.isDryRun()) {
    const localImages = settings.images.source === "local" ? Object.values(images) : [];
    await preflight(settings, { labels, images: localImages });
  }

  const carrierImage = createImage("carrier", images.nginx).imageId;
  const scope = { prefix: settings.prefix, labels, data: settings.data, carrierImage };
  const { name: networkName, bridge, blocks } = settings.network;
  const network = new Network("network", { scope, networkName, bridge, ...blocks.main });

  const { authority: authorityGeneration, jwt, ...passwords } = settings.generations;
  const credentials = new Credentials("credentials", { passwords, jwt });
  const authority = new CertificateAuthority("authority", {
    scope,
    organization: settings.prefix,
    leaves: leafNames(settings.hosts),
    generation: authorityGeneration,
  });

  const postgres = new Postgres("postgres", {
    scope,
    network,
    image: images.postgres,
    passwords: credentials.passwords,
  });
  new Rest("rest", {
    scope,
    network,
    image: images.rest,
    postgres,
    password: credentials.passwords.authenticator,
    jwtSecret: credentials.jwtSecret,
    directPort: settings.published.rest?.port,
  });

  new Gateway("gateway", {
    scope,
    network,
    image: images.nginx,
    bind: settings.gateway.bind,
    ports: settings.ports,
    model: {
      hosts: settings.hosts,
      urls: settings.urls,
      http: settings.gateway.http,
      csp: settings.gateway.csp,
      origins: settings.gateway.cors.origins,
      routes: [{ prefix: "/rest/v1", upstream: { name: "rest", port: 3000 } }],
    },
    keys: { anon: credentials.anonKey, serviceRole: credentials.serviceRoleKey },
    certificates: authority.leaves,
    frontend: landingPage(settings),
  });

  return {
    endpoints: settings.published,
    caCertificate: authority.certificate,
    anonKey: credentials.anonKey,
    serviceRoleKey: credentials.serviceRoleKey,
    postgresPassword: credentials.passwords.postgres,
  };
};
