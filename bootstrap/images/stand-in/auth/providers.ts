import type { Environment } from "../lib/env.js";
import { checkUrl, required } from "./values.js";

/** A provider of identities that is enabled. */
export interface Provider {
  readonly clientId: string;
  readonly redirectUri: string;
  /** Address of its own server, for those that can be hosted. @default - the provider's public one */
  readonly url?: string;
}

/** Where a provider asks its users, and for what at least. */
interface Authorization {
  readonly base: string;
  readonly path: string;
  readonly scope: string;
}

const authorizations: Readonly<Record<string, Authorization>> = {
  azure: {
    base: "https://login.microsoftonline.com/common",
    path: "/oauth2/v2.0/authorize",
    scope: "openid",
  },
  discord: { base: "https://discord.com/api", path: "/oauth2/authorize", scope: "email identify" },
  github: { base: "https://github.com", path: "/login/oauth/authorize", scope: "user:email" },
  gitlab: { base: "https://gitlab.com", path: "/oauth/authorize", scope: "read_user" },
  google: { base: "https://accounts.google.com", path: "/o/oauth2/v2/auth", scope: "email profile" },
};

/** Every provider that GoTrue has, as `/settings` lists them. */
export const providerNames = [
  ...["apple", "azure", "bitbucket", "discord", "facebook", "snapchat", "figma", "fly", "github", "gitlab"],
  ...["google", "keycloak", "kakao", "linkedin", "linkedin_oidc", "notion", "spotify", "slack", "slack_oidc"],
  ...["workos", "twitch", "twitter", "zoom"],
] as const;

/** The enabled providers by name; a part that is missing is a mistake. */
export function readProviders(environment: Environment): Map<string, Provider> {
  const enabled = providerNames.filter((name) =>
    environment.boolean(`GOTRUE_EXTERNAL_${name.toUpperCase()}_ENABLED`, false),
  );
  return new Map(enabled.map((name) => [name, readProvider(environment, name)]));
}

function readProvider(environment: Environment, name: string): Provider {
  const variable = (part: string) => `GOTRUE_EXTERNAL_${name.toUpperCase()}_${part}`;
  const why = `the provider ${name} is enabled`;
  const redirectUri = required(environment, variable("REDIRECT_URI"), why);
  checkUrl(environment, variable("REDIRECT_URI"), redirectUri);
  checkUrl(environment, variable("URL"), environment.optional(variable("URL")));
  required(environment, variable("SECRET"), why);
  return {
    clientId: required(environment, variable("CLIENT_ID"), why).split(",")[0] ?? "",
    redirectUri,
    url: environment.optional(variable("URL")),
  };
}

/** Where to send a user who wants to log in there, or undefined where this stand-in does not know the way. */
export function authorizationUrl(
  name: string,
  provider: Provider,
  { state, scopes }: { state: string; scopes: string },
): URL | undefined {
  const known = authorizations[name];
  if (known === undefined) return undefined;
  const url = new URL((provider.url ?? known.base).replace(/\/$/, "") + known.path);
  const parameters = {
    client_id: provider.clientId,
    redirect_uri: provider.redirectUri,
    response_type: "code",
    scope: `${known.scope} ${scopes}`.trim(),
    state,
  };
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  return url;
}
