import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import { type AuthMail, mailEnvironment, mailSecrets } from "./auth-mail.js";
import { type AuthProviders, providerEnvironment, providerSecrets } from "./auth-providers.js";
import {
  containerArgs,
  type DatabaseServiceArgs,
  publishDirect,
  type ScalableServiceArgs,
} from "./common.js";

export interface AuthArgs extends DatabaseServiceArgs, ScalableServiceArgs {
  /** Public URL of the API, without a path: links in mail and OAuth callbacks begin with it. */
  readonly apiUrl: string;
  /** Where a user lands after signing in. */
  readonly siteUrl: string;
  /** Other targets that a link may lead to; `*` and `**` are wildcards. */
  readonly redirectUrls: readonly string[];
  readonly providers: AuthProviders;
  readonly mail: AuthMail;
}

/** Path of the API below the gateway. */
const path = "/auth/v1";

/** GoTrue: users, sessions and sign-in. */
export class Auth extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: AuthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Auth", name, {}, opts);
    const { postgres, password, jwtSecret, mail, providers } = args;
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        instances: args.instances ?? 1,
        memory: 256,
        user: "1000:1000",
        command: ["auth"],
        env: environment(args),
        secretEnv: {
          GOTRUE_DB_DATABASE_URL: postgres.uri("supabase_auth_admin", password),
          GOTRUE_JWT_SECRET: jwtSecret,
          ...mailSecrets(mail),
          ...providerSecrets(providers),
        },
        health: { command: ["wget", "-q", "--spider", "http://localhost:9999/health"] },
        ports: publishDirect(9999, args),
      },
      { parent: this, dependsOn: [postgres] },
    );
    this.registerOutputs();
  }
}

const environment = (args: AuthArgs): Record<string, string> => ({
  GOTRUE_API_HOST: "0.0.0.0",
  GOTRUE_API_PORT: "9999",
  API_EXTERNAL_URL: `${args.apiUrl}${path}`,
  GOTRUE_SITE_URL: args.siteUrl,
  GOTRUE_URI_ALLOW_LIST: args.redirectUrls.join(","),
  GOTRUE_DISABLE_SIGNUP: "false",
  GOTRUE_DB_DRIVER: "postgres",
  GOTRUE_DB_MAX_POOL_SIZE: String(args.poolSize),
  GOTRUE_JWT_ADMIN_ROLES: "service_role",
  GOTRUE_JWT_AUD: "authenticated",
  GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
  GOTRUE_JWT_EXP: "3600",
  GOTRUE_JWT_ISSUER: `${args.apiUrl}${path}`,
  GOTRUE_EXTERNAL_EMAIL_ENABLED: "true",
  GOTRUE_EXTERNAL_PHONE_ENABLED: "false",
  GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "false",
  ...mailEnvironment(args.mail, { path, hosts: [new URL(args.apiUrl).host] }),
  ...providerEnvironment(args.providers, `${args.apiUrl}${path}/callback`),
  GOTRUE_METRICS_ENABLED: "true",
  GOTRUE_METRICS_EXPORTER: "prometheus",
  OTEL_EXPORTER_PROMETHEUS_HOST: "0.0.0.0",
  OTEL_EXPORTER_PROMETHEUS_PORT: "9100",
});
