import type { Mistake } from "../components/mistakes.js";
import { providerEnvironment, providerSecrets } from "../components/services/auth-providers.js";
import { ownVariables } from "../components/services/variables.js";
import type { Configuration } from "./schema.js";

/** Further variables of services that the program sets itself; the value may be a secret and is not shown. */
export function variableMistakes({ services, auth: { providers } }: Configuration): Mistake[] {
  const byProviders = Object.keys({ ...providerEnvironment(providers, ""), ...providerSecrets(providers) });
  return Object.entries(services).flatMap(([service, { env }]) => {
    const own = [...(ownVariables[service] ?? []), ...(service === "auth" ? byProviders : [])];
    return Object.keys(env)
      .filter((name) => own.includes(name))
      .map((name) => ({
        key: `services.${service}.env.${name}`,
        value: "[secret]",
        expected: `a variable that the platform does not give to ${service} itself`,
        fix: `npx pulumi config rm --path 'services.${service}.env.${name}', and look in Pulumi.yaml for the key that sets it`,
      }));
  });
}
