import { json, redirect, type Handler } from "./context.js";
import { invalid } from "./errors.js";
import { beginFlow, checkChallenge } from "./flows.js";
import { redirectTarget, withFragment } from "./links.js";
import { authorizationUrl, providerNames } from "./providers.js";

/** `GET /authorize`: sends the user to a provider of identities. */
export const authorize: Handler = async ({ db, request, url, settings }) => {
  const query = (key: string) => url.searchParams.get(key) ?? "";
  const name = query("provider");
  const provider = settings.providers.get(name);
  if (provider === undefined) throw invalid("Unsupported provider: provider is not enabled");
  const challenge = {
    code_challenge: query("code_challenge"),
    code_challenge_method: query("code_challenge_method"),
  };
  checkChallenge(challenge);
  const referrer = redirectTarget(request, url, settings);
  const state = await beginFlow(db, challenge, { provider: name, method: "oauth", referrer });
  const target = authorizationUrl(name, provider, { state, scopes: query("scopes") });
  if (target === undefined) throw invalid(`Unsupported provider: this stand-in cannot reach ${name}`);
  return redirect(302, target.toString());
};

/** `GET /callback`: where a provider sends users back to; what it says is not followed up here. */
export const callback: Handler = ({ settings }) => {
  const values = {
    error: "server_error",
    error_code: "unexpected_failure",
    error_description: "This stand-in does not finish logins with other providers",
  };
  return Promise.resolve(redirect(302, withFragment(settings.siteUrl, values)));
};

/** `GET /settings`: what users may log in with. */
export const showSettings: Handler = ({ settings }) => {
  const { signups, providers } = settings;
  const external = Object.fromEntries(providerNames.map((name) => [name, providers.has(name)]));
  return Promise.resolve(
    json({
      external: { anonymous_users: signups.anonymous, ...external, email: signups.email, phone: false },
      disable_signup: signups.disabled,
      mailer_autoconfirm: signups.autoconfirm,
      phone_autoconfirm: false,
      sms_provider: "",
      saml_enabled: false,
      passkeys_enabled: false,
    }),
  );
};

/** `GET /.well-known/jwks.json`: tokens are signed with the shared secret, so there is no public key. */
export const keys: Handler = () => Promise.resolve(json({ keys: [] }));
