import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";

/** One resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** What a password's resource makes under mocks. */
export const mockPassword = (name: string, { length }: Record<string, unknown>): string =>
  `${name.split("-").pop() ?? ""}-`.padEnd(Number(length), "x").slice(0, Number(length));

/** Outputs that the program reads and that its inputs do not hold. */
const computed: Readonly<
  Record<string, (inputs: Record<string, unknown>, name: string) => Record<string, unknown>>
> = {
  "docker:index/remoteImage:RemoteImage": ({ name }) => ({ imageId: `sha256:${String(name)}` }),
  "random:index/randomPassword:RandomPassword": (inputs, name) => ({ result: mockPassword(name, inputs) }),
  "tls:index/privateKey:PrivateKey": (_, name) => ({ privateKeyPem: `key of ${name}\n` }),
  "tls:index/selfSignedCert:SelfSignedCert": (_, name) => ({ certPem: `certificate of ${name}\n` }),
  "tls:index/certRequest:CertRequest": (_, name) => ({ certRequestPem: `request of ${name}\n` }),
  "tls:index/locallySignedCert:LocallySignedCert": (_, name) => ({ certPem: `certificate of ${name}\n` }),
};

/** Configuration of a committed stack file, as Pulumi hands it over. */
export function stackConfig(stack: string): Record<string, string> {
  const file = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Runs the whole program against mocks. They prove what is registered, never that the engine accepts it. */
export async function runProgram(
  stack: string,
  config: Record<string, string>,
): Promise<{ resources: Registered[]; outputs: Record<string, unknown> }> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const known = inputs as Record<string, unknown>;
        resources.push({ type, name, inputs: known });
        return {
          id: custom === true ? `${name}-id` : undefined,
          state: { ...known, ...computed[type]?.(known, name) },
        };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "sobertube",
    stack,
    true,
  );
  pulumi.runtime.setAllConfig(config);
  const program = await import("../../index.js");
  // Away from a settings.local.yaml that the checkout may hold.
  const checkout = process.cwd();
  process.chdir(tmpdir());
  const outputs = await pulumi.runtime.runInPulumiStack(program.default).finally(() => {
    process.chdir(checkout);
  });
  // Registrations go on after the program has returned.
  await pulumi.runtime.disconnect();
  return { resources, outputs: outputs as Record<string, unknown> };
}
