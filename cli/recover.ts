import { docker, type ObjectKind, unknownObjects } from "./objects.js";
import { findLocalStack, removeBrokenAttributes } from "./local-backend.js";
import { findLocks, isHeld } from "./lock.js";
import { askPulumi, exportState, OperatorError, type StackState } from "./pulumi.js";

/** What a recovery did, in the order it was done. */
export type Report = readonly string[];

/**
 * Brings a stack whose update was killed to where the next `up` converges. Data is never touched: volumes that
 * have a name stay.
 * @param project the project's name in Pulumi.yaml
 * @throws OperatorError when the update still runs
 */
export async function recover(project: string, stack: string): Promise<Report> {
  const released = await releaseState(project, stack);
  const settled = await settlePending(stack);
  const state = await exportState(stack);
  const label = `${project}/${stack}`;
  const containers = await removeUnknown("container", label, state, ["rm", "--force", "--volumes"]);
  const networks = await removeUnknown("network", label, state, ["network", "rm"]);
  await askPulumi(["refresh", "--yes", "--skip-preview", "--stack", stack]);
  return [
    ...released,
    ...settled,
    ...containers,
    ...networks,
    "compared the state with what is really there (refresh)",
  ];
}

/** Makes the state readable and writable again, where the backend is a local one. */
async function releaseState(project: string, stack: string): Promise<Report> {
  const local = await findLocalStack(project, stack);
  if (local === undefined) return [];
  const locks = findLocks(local);
  const held = locks.find(isHeld);
  if (held !== undefined) {
    throw new OperatorError(
      `The update of ${held.username} on ${held.hostname}, process ${String(held.pid)}, still runs (since ${held.timestamp}).
Wait for it, or end it with Ctrl-C where it runs. If that host is gone: npx pulumi cancel --stack ${stack}`,
    );
  }
  const mended = removeBrokenAttributes(local);
  if (locks.length > 0) await askPulumi(["cancel", "--yes", "--stack", stack]);
  return [...mended, ...locks.map(({ pid }) => `cleared the lock of process ${String(pid)}, which is dead`)];
}

async function settlePending(stack: string): Promise<Report> {
  const state = await exportState(stack);
  const pending = state.deployment.pending_operations ?? [];
  if (pending.length === 0) return [];
  const settled: StackState = { ...state, deployment: { ...state.deployment, pending_operations: [] } };
  await askPulumi(["stack", "import", "--stack", stack], JSON.stringify(settled));
  return pending.map(
    ({ type, resource }) => `settled ${type} of ${resource.urn.split("::").pop() ?? resource.urn}`,
  );
}

async function removeUnknown(
  kind: ObjectKind,
  label: string,
  state: StackState,
  remove: readonly string[],
): Promise<Report> {
  const objects = await unknownObjects(kind, label, state);
  if (objects.length > 0) await docker([...remove, ...objects.map(({ id }) => id)]);
  return objects.map(({ name }) => `removed ${kind} ${name}, which the state did not know`);
}
