import { brokenAttributes, findLocalStack } from "./local-backend.js";
import { findLocks, isHeld } from "./lock.js";
import { unknownObjects } from "./objects.js";
import { askPulumi, exportState, OperatorError, runPulumi } from "./pulumi.js";

interface Endpoint {
  readonly url: string;
}

/** `pulumi up` that looks at the real containers first. @returns Pulumi's exit code */
export async function up(project: string, stack: string, args: readonly string[]): Promise<number> {
  await refuseKilled(project, stack);
  await refuseStrangers(project, stack);
  const exitCode = await runPulumi(["up", "--refresh", ...args]);
  if (exitCode === 0) console.log(await nextSteps(stack));
  return exitCode;
}

/** What a killed update leaves in a local backend makes Pulumi fail without a word on the way back. */
async function refuseKilled(project: string, stack: string): Promise<void> {
  const local = await findLocalStack(project, stack);
  if (local === undefined) return;
  const locks = findLocks(local);
  if (locks.some(isHeld)) return;
  if (locks.length === 0 && brokenAttributes(local).length === 0) return;
  throw new OperatorError(
    `An update of stack ${stack} was killed before it ended. Next: npm run recover -- --stack ${stack} (volumes stay)`,
  );
}

/** Containers of this stack that the state does not know would be in the way one by one. */
async function refuseStrangers(project: string, stack: string): Promise<void> {
  const strangers = await unknownObjects("container", `${project}/${stack}`, await exportState(stack));
  if (strangers.length === 0) return;
  throw new OperatorError(
    `These containers belong to stack ${stack}, and its state does not know them:
${strangers.map(({ name }) => `  ${name}`).join("\n")}
An update was killed, or the state was lost. Next: npm run recover -- --stack ${stack} (removes them; volumes stay)`,
  );
}

/** Endpoints and what to do next, from the stack's outputs. */
async function nextSteps(stack: string): Promise<string> {
  const outputs = JSON.parse(await askPulumi(["stack", "output", "--json", "--stack", stack])) as {
    endpoints?: Record<string, Endpoint>;
  };
  const endpoints = Object.entries(outputs.endpoints ?? {});
  if (endpoints.length === 0) return "";
  const width = Math.max(...endpoints.map(([name]) => name.length));
  const rows = endpoints.map(([name, { url }]) => `  ${name.padEnd(width)}  ${url}`);
  return [
    "",
    "Endpoints",
    ...rows,
    "",
    "Next steps",
    `  does every part work?   npm run verify -- --stack ${stack}`,
    `  for your application    npm run env -- --stack ${stack}`,
    `  trust its certificates  npm run certs -- --stack ${stack}`,
    `  tear it down            npx pulumi destroy --stack ${stack}`,
  ].join("\n");
}
