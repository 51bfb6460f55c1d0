import { isDeepStrictEqual } from "node:util";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../bootstrap/home.mjs";
import { createTestStack, slotConfig, type TestStack } from "../../test/support/stack.js";
import { writeEntry } from "./clock.js";
import { flatProgram, type Move } from "./flat.js";
import { countByType, customResources, type StateResource } from "./state.js";

export type ProgramName = "empty" | "flat" | "platform";

/** A program whose stack is deployed. */
export interface Deployed {
  readonly name: ProgramName;
  readonly test: TestStack;
  /** Resources that the program registers itself, with providers or as components. */
  readonly resources: number;
}

/** Slots that no test has; the empty program makes nothing on the engine and shares the platform's. */
const slots = { platform: 40, flat: 41, empty: 40 } as const;

/** What a developer's stack is: services published, the API without TLS, images of this machine. */
const devLike = {
  exposure: "services",
  gateway: { http: "serve", csp: "relaxed", cors: { origins: ["*"] } },
};

/**
 * Deploys the three programs, the flat one generated from what the platform's has registered.
 * @param created is told of every stack before anything is deployed to it, so that all can be removed
 */
export async function deployPrograms(
  signal: AbortSignal,
  created: (test: TestStack) => void,
): Promise<Deployed[]> {
  const deploy = async (name: ProgramName, source?: string): Promise<Deployed> => {
    signal.throwIfAborted();
    const test = await createTestStack({ slot: slots[name], config: devLike });
    created(test);
    const own = join(test.folder, `${name}.ts`);
    if (source !== undefined) writeFileSync(own, source);
    writeEntry(test.folder, source === undefined ? join(projectRoot, "index.ts") : own);
    const { summary } = await test.stack.up();
    // The engine counts the stack itself; it is no resource of the program.
    return { name, test, resources: (summary.resourceChanges?.create ?? 1) - 1 };
  };

  const platform = await deploy("platform");
  const registered = await customResources(platform.test);
  const flat = await deploy("flat", flatProgram(registered, moveToFlat));
  const empty = await deploy("empty", "export {};\n");
  requireSame(registered, await customResources(flat.test));
  return [empty, flat, platform];
}

interface Places {
  readonly prefix: string;
  readonly network: { readonly subnet: string };
  readonly ports: { readonly offset: number };
}

const from = slotConfig(slots.platform) as unknown as Places;
const to = slotConfig(slots.flat) as unknown as Places;

const third = ({ network }: Places): number => Number(network.subnet.split(".")[2]);

const moveToFlat: Move = {
  port: (value) => value - from.ports.offset + to.ports.offset,
  text: (value) =>
    value
      // Not inside a word, as which base64 would be read.
      .replace(new RegExp(`(?<![\\w+/])${from.prefix}(?=[\\W_\\d]|$)`, "g"), to.prefix)
      .replaceAll(`/slot${String(slots.platform)}`, `/slot${String(slots.flat)}`)
      .replace(/(?<![\d.])10\.213\.(\d+)\./g, (_, block: string) => {
        return `10.213.${String(Number(block) - third(from) + third(to))}.`;
      }),
};

/** A flat program that has lost a resource would be compared with more than it does. */
function requireSame(platform: readonly StateResource[], flat: readonly StateResource[]): void {
  const [wanted, found] = [countByType(platform), countByType(flat)];
  if (isDeepStrictEqual(wanted, found)) return;
  throw new Error(
    `the flat program has other resources than the platform:\n${JSON.stringify({ platform: wanted, flat: found }, null, 2)}`,
  );
}
