import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as platform from "./components/index.js";
import { landingPage } from "./landing/page.js";
import { passwordArgs } from "./settings/credentials.js";
import { leafNames } from "./settings/derive.js";
import type { Endpoint } from "./settings/endpoints.js";
import { resolveGatewayImage, resolveImages } from "./settings/images.js";
import { loadSettings } from "./settings/index.js";
import { preflight } from "./settings/preflight.js";
import { refusing } from "./settings/refusal.js";
import type { ConfigurableService } from "./settings/schema-services.js";

/** SoberTube's platform. */
const program = async (): Promise<Record<string, unknown>> => {
  const settings = loadSettings();
  const labels = platform.stackLabels(pulumi.getProject(), pulumi.getStack());
  const images = resolveImages(settings.images);
  if (!pulumi.runtime.isDryRun()) {
    const localImages = settings.images.source === "local" ? Object.values(images) : [];
    await preflight(settings, { labels, images: localImages });
  }

  // What everything stands on: a network, passwords, certificates.
  const carrierImage = platform.createImage("carrier", images.nginx).imageId;
  const scope = { prefix: settings.prefix, labels, data: settings.data, carrierImage };
  const { name: networkName, bridge, blocks } = settings.network;
  const network = new platform.Network("network", { scope, networkName, bridge, ...blocks.main });

  const { passwords, jwtSecret, anonKey, serviceRoleKey } = new platform.Credentials("credentials", {
    passwords: passwordArgs(settings.generations),
    jwt: settings.generations.jwt,
  });
  const authority = new platform.CertificateAuthority("authority", {
    scope,
    organization: settings.prefix,
    leaves: leafNames(settings.hosts),
    generation: settings.generations.authority,
  });

  const base = (image: keyof typeof images) => ({ scope, network, image: images[image] });
  const own = (service: ConfigurableService, endpoint?: Endpoint) => ({
    extraEnv: concealed(settings.extraEnv[service] ?? {}),
    directPort: endpoint === undefined ? undefined : settings.published[endpoint]?.port,
  });
  const { pools, maxConnections } = settings.database;
  const apiUrl = settings.urls.api;

  // State: tables, counters, files.
  const postgres = new platform.Postgres("postgres", {
    ...base("postgres"),
    ...own("postgres"),
    passwords,
    maxConnections,
  });
  const redis = new platform.Redis("redis", {
    ...base("redis"),
    ...own("redis"),
    password: passwords.redis,
  });
  const minio = new platform.Minio("minio", {
    ...base("minio"),
    ...own("minio", "minioConsole"),
    password: passwords.minio,
    storagePassword: passwords.storageS3,
  });

  // Supabase's services.
  new platform.Rest("rest", {
    ...base("rest"),
    ...own("rest", "rest"),
    instances: settings.instances.rest,
    postgres,
    password: passwords.authenticator,
    jwtSecret,
    poolSize: pools.rest,
  });
  new platform.Realtime("realtime", {
    ...base("realtime"),
    ...own("realtime", "realtime"),
    postgres,
    password: passwords.supabaseAdmin,
    jwtSecret,
    secrets: {
      session: passwords.realtimeSession,
      encryption: passwords.realtimeEncryption,
      metrics: passwords.realtimeMetrics,
    },
    poolSize: pools.realtime,
  });
  new platform.Auth("auth", {
    ...base("auth"),
    ...own("auth", "auth"),
    instances: settings.instances.auth,
    ...settings.auth,
    postgres,
    password: passwords.authAdmin,
    jwtSecret,
    poolSize: pools.auth,
    apiUrl,
    mail: settings.mail,
  });
  new platform.Imgproxy("imgproxy", {
    ...base("imgproxy"),
    ...own("imgproxy"),
    instances: settings.instances.imgproxy,
  });
  new platform.Storage("storage", {
    ...base("storage"),
    ...own("storage", "storage"),
    instances: settings.instances.storage,
    ...settings.storage,
    postgres,
    minio,
    redis,
    password: passwords.storageAdmin,
    jwtSecret,
    anonKey,
    serviceRoleKey,
    poolSize: pools.storage,
    apiUrl,
  });
  new platform.EdgeFunctions("edge-functions", {
    ...base("edgeFunctions"),
    ...own("edge-functions"),
    instances: settings.instances["edge-functions"],
    functions: settings.functionFiles,
    jwtSecret,
    anonKey,
    serviceRoleKey,
    postgres,
    password: passwords.postgres,
    redis,
    internalUrl: `http://${platform.internalName}:${String(platform.internalListen.api)}`,
    apiUrl,
  });
  new platform.Inbucket("inbucket", { ...base("inbucket"), ...own("inbucket", "inbucket") });

  // Who watches.
  new platform.PostgresExporter("postgres-exporter", {
    ...base("postgresExporter"),
    postgres,
    password: passwords.monitor,
  });
  new platform.RedisExporter("redis-exporter", {
    ...base("redisExporter"),
    redis,
    password: passwords.redis,
  });
  new platform.BlackboxExporter("blackbox-exporter", base("blackboxExporter"));
  const prometheus = new platform.Prometheus("prometheus", {
    ...base("prometheus"),
    ...own("prometheus", "prometheus"),
    realtimeSecret: passwords.realtimeMetrics,
    minio,
    instances: settings.instances,
  });
  new platform.Grafana("grafana", {
    ...base("grafana"),
    ...own("grafana", "grafana"),
    password: passwords.grafana,
    prometheus,
    publicUrl: settings.published.grafana?.url,
  });

  // The one door.
  new platform.Gateway("gateway", {
    ...base("nginx"),
    image: resolveGatewayImage(settings),
    bind: settings.gateway.bind,
    ports: settings.ports,
    model: {
      hosts: settings.hosts,
      urls: settings.urls,
      ...settings.gateway,
      origins: settings.gateway.cors.origins,
      routes: platform.supabaseRoutes({ tenant: platform.realtimeTenant }),
      instances: settings.instances,
      blocked: platform.supabaseBlocked,
      health: platform.supabaseHealth,
      uploadLimit: settings.storage.fileSizeLimit,
    },
    keys: { anon: anonKey, serviceRole: serviceRoleKey },
    certificates: authority.leaves,
    frontend: settings.frontend ?? { page: landingPage(settings) },
  });

  return {
    endpoints: settings.published,
    caCertificate: authority.certificate,
    anonKey,
    serviceRoleKey,
    jwtSecret,
    postgresPassword: passwords.postgres,
    redisPassword: passwords.redis,
    minioPassword: passwords.minio,
    grafanaPassword: passwords.grafana,
    caKey: pulumi.secret(authority.privateKey),
    certificates: pulumi.secret(authority.leaves),
    readme: readFileSync(join(__dirname, "Pulumi.README.md"), "utf8"),
  };
};

/** The operator may have put secrets among them, so none is shown. */
const concealed = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, pulumi.secret(value)]));

export = (): Promise<Record<string, unknown>> => refusing(program);
