import type { Outcome } from "../../bootstrap/run.js";
import type { ServiceContainer } from "../services.js";
import { bad, type Check, good, type Verdict } from "./check.js";
import { execIn } from "./exec.js";
import { lookout, type Platform, remakeOf, upOf } from "./platform.js";

/** Whether services find each other: every name leads to the container that bears it. */
export const nameChecks = (platform: Platform): Check[] =>
  platform.services.flatMap((service) =>
    [...new Set(service.aliases)].map((name) => ({
      group: "names",
      name,
      ask: async (signal: AbortSignal) => {
        if (service.state !== "running") return bad("its container does not run", upOf(platform));
        const outcome = await execIn(lookout(platform).id, ["getent", "hosts", name], { signal });
        return judgeName(platform, service, outcome);
      },
    })),
  );

export function judgeName(
  platform: Pick<Platform, "stack">,
  { component, container, addresses }: Pick<ServiceContainer, "component" | "container" | "addresses">,
  { stdout }: Outcome,
): Verdict {
  const found = stdout.split("\n").flatMap((line) => line.trim().split(/\s+/)[0] || []);
  const mend = remakeOf(platform, `${component}-container`);
  if (found.length === 0) return bad("the name is not known in the network", mend);
  const wrong = found.filter((address) => !addresses.includes(address));
  return wrong.length === 0
    ? good(found.join(", "))
    : bad(`leads to ${wrong.join(", ")}, and ${container} has ${addresses.join(", ")}`, mend);
}
