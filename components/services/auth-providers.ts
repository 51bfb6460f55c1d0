import type * as pulumi from "@pulumi/pulumi";

/** An OAuth provider that users sign in with. */
export interface AuthProvider {
  readonly clientId: string;
  readonly secret: pulumi.Input<string>;
  /** Where the provider sends users back to. @default - the API's own callback */
  readonly redirectUrl?: string;
  /** Address of a provider that one runs oneself, such as GitLab or Keycloak. @default - the provider's public one */
  readonly url?: string;
}

/** Providers by GoTrue's name, e.g. `google`. */
export type AuthProviders = Readonly<Partial<Record<string, AuthProvider>>>;

const known = (providers: AuthProviders): [string, AuthProvider][] =>
  Object.entries(providers).flatMap(([name, provider]) =>
    provider === undefined ? [] : [[`GOTRUE_EXTERNAL_${name.toUpperCase()}`, provider]],
  );

/** GoTrue's variables about its providers, but for their secrets. */
export function providerEnvironment(providers: AuthProviders, callback: string): Record<string, string> {
  const entries = known(providers).flatMap(([prefix, { clientId, redirectUrl, url }]) => [
    [`${prefix}_ENABLED`, "true"],
    [`${prefix}_CLIENT_ID`, clientId],
    [`${prefix}_REDIRECT_URI`, redirectUrl ?? callback],
    ...(url === undefined ? [] : [[`${prefix}_URL`, url]]),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** GoTrue's variables about its providers that only the program sees. */
export const providerSecrets = (providers: AuthProviders): Record<string, pulumi.Input<string>> =>
  Object.fromEntries(known(providers).map(([prefix, { secret }]) => [`${prefix}_SECRET`, secret]));
