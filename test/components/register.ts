import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../components/scope.js";

/** One resource as a component registered it, with what only its options say. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
}

export const scope: Scope = {
  prefix: "test",
  labels: { "platform.stack": "sobertube/test" },
  data: "disposable",
  carrierImage: "sha256:carrier",
};

/** Outputs that no component works without. */
const computed: Readonly<Record<string, Record<string, unknown>>> = {
  "random:index/randomPassword:RandomPassword": { result: "a-password-of-forty-characters-012345678" },
};

const secretMark = "4dabf18193072939515e22adb298388d";

/** Inputs as a provider sees them, secrets without their wrapping. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (secretMark in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unwrapped(one)]));
}

/** What `create` registers, under mocks; `state` adds outputs by type. */
export async function register(
  create: () => unknown,
  state: Readonly<Record<string, Record<string, unknown>>> = {},
): Promise<Registered[]> {
  const resources: Omit<Registered, "protect">[] = [];
  const protectedNames = new Set<string>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const known = unwrapped(inputs) as Record<string, unknown>;
        resources.push({ type, name, inputs: known });
        return {
          id: custom === true ? `${name}-id` : undefined,
          state: { ...known, ...computed[type], ...state[type] },
        };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "sobertube",
    "test",
    false,
  );
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ name, opts }) => {
      if (opts.protect === true) protectedNames.add(name);
      return undefined;
    });
    create();
    return Promise.resolve();
  });
  await pulumi.runtime.disconnect();
  return resources.map((one) => ({ ...one, protect: protectedNames.has(one.name) }));
}

/** The one resource of a type, or of a type and a name. */
export function only(resources: readonly Registered[], type: string, name?: string): Registered {
  const [one, ...more] = resources.filter(
    (resource) => resource.type === type && (name ?? resource.name) === resource.name,
  );
  if (one === undefined || more.length > 0)
    throw new Error(`${String(more.length)} more of ${type}, or none`);
  return one;
}
