import { createServer } from "node:net";
import { overlaps } from "./addresses.js";
import type { Settings } from "./derive.js";
import { type HostState, lookAtHost } from "./host.js";
import { ConfigurationError, type Mistake } from "../components/mistakes.js";
import { Refusal } from "./refusal.js";

export interface PreflightArgs {
  /** The stack's own labels: what bears them is not in its way. */
  readonly labels: Readonly<Record<string, string>>;
  /** References of the images that must be there; others are pulled. */
  readonly images: readonly string[];
}

/**
 * Whether this host has room for the stack: ports, addresses, names and local images.
 * @throws ConfigurationError with everything that is in the way, before anything is changed
 */
export async function preflight(settings: Settings, args: PreflightArgs): Promise<void> {
  const host = await lookAtHost(args).catch((error: unknown) => {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  });
  const mistakes = [
    ...(await takenPorts(settings, host)),
    ...takenAddresses(settings, host),
    ...takenNames(settings, host),
    ...host.missingImages.map(missingImage),
  ];
  if (mistakes.length > 0) throw new ConfigurationError("what this host has room for", mistakes);
}

async function takenPorts({ published }: Settings, host: HostState): Promise<Mistake[]> {
  const wanted = Object.entries(published).filter(([, { port }]) => !host.ownPorts.includes(port));
  const checked = await Promise.all(
    wanted.map(async ([endpoint, { bind, port }]): Promise<Mistake[]> => {
      const holder = host.foreignPorts[port];
      const taken = holder !== undefined || (host.local && !(await isFree(bind, port)));
      if (!taken) return [];
      return [
        {
          key: `ports.${endpoint}`,
          value: `${bind}:${String(port)}, taken by ${holder ?? "another program on this host"}`,
          expected: "a port that is free",
          fix: `end what has it, or set ports.${endpoint} or ports.offset (settings.local.yaml changes it on this machine only)`,
        },
      ];
    }),
  );
  return checked.flat();
}

/** Whether a program may listen there; a port that only root may bind counts as free, as the engine is root. */
function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "EADDRINUSE");
    });
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function takenAddresses({ network }: Settings, host: HostState): Mistake[] {
  const { subnet } = network.blocks.main;
  return host.foreignSubnets
    .filter((taken) => overlaps(taken.subnet, subnet))
    .map(({ subnet: taken, holder }) => ({
      key: "network.subnet",
      value: `${subnet}, which overlaps ${taken} of ${holder}`,
      expected: "addresses that nothing on this host uses",
      fix: "set network.subnet to another private block, such as 10.77.0.0/24, or remove what has it",
    }));
}

function takenNames({ prefix }: Settings, host: HostState): Mistake[] {
  const taken = host.foreignNames.filter((name) => name.startsWith(`${prefix}_`));
  if (taken.length === 0) return [];
  return [
    {
      key: "prefix",
      value: `${prefix}, which names objects of another stack: ${taken.join(", ")}`,
      expected: "a prefix of this stack's own",
      fix: "set prefix to another one, or remove those objects",
    },
  ];
}

const missingImage = (reference: string): Mistake => ({
  key: "images",
  value: `local, but ${reference} is not on this Docker Engine`,
  expected: "every local image built",
  fix: "npm run setup",
});
