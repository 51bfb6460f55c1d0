import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type ConfigMap,
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type Stack,
} from "@pulumi/pulumi/automation";
import { cliBin, projectRoot, pulumiHome } from "../../bootstrap/home.mjs";
import { run } from "../../bootstrap/run.js";
import { labelKeys } from "../../components/scope.js";

export interface TestStackArgs {
  /** A number of this test's own: prefix, subnet and ports follow from it. */
  readonly slot: number;
  /** Values by key without the project's name; objects become JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A program below the checkout instead of the platform's own. */
  readonly program?: string;
}

/** A stack of a test's own, in a project folder and a backend of its own. */
export interface TestStack {
  readonly stack: Stack;
  readonly name: string;
  readonly prefix: string;
  readonly folder: string;
  /** The environment in which a command line works on this stack. */
  readonly env: NodeJS.ProcessEnv;
  /** Host port of an endpoint, e.g. `port(8000)`. */
  port(standard: number): number;
  /** Sets one more value; objects replace the key's whole value. */
  set(key: string, value: unknown): Promise<void>;
  /** Destroys the stack and whatever bears its label, even after a failure. */
  remove(): Promise<void>;
}

const setting = (value: unknown): { value: string } => ({
  value: typeof value === "string" ? value : JSON.stringify(value),
});

/** Steps that no difference of two default ports is a multiple of, so that slots never share a port. */
const offsetOf = (slot: number): number => 20_000 + 37 * slot;

/** The values that keep a slot apart from the others. */
export function slotConfig(slot: number): Record<string, unknown> {
  return {
    prefix: `t${String(slot)}`,
    network: { subnet: `10.213.${String(slot * 4)}.0/24` },
    ports: { offset: offsetOf(slot) },
    images: "local",
    data: "disposable",
  };
}

/** An empty stack; what a run that was broken off left of the same slot is removed first. */
export async function createTestStack({
  slot,
  config = {},
  program = "index.ts",
}: TestStackArgs): Promise<TestStack> {
  const folder = createProject(program);
  const name = `slot${String(slot)}`;
  removeLabelled(`sobertube/${name}`);
  const env = {
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "a test's own",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: `${cliBin}:${process.env.PATH ?? ""}`,
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, workDir: folder },
    { pulumiHome, envVars: env, pulumiCommand: await PulumiCommand.get({ root: dirname(cliBin) }) },
  );
  const values: ConfigMap = {};
  for (const [key, value] of Object.entries({ ...slotConfig(slot), ...config })) values[key] = setting(value);
  await stack.setAllConfig(values);
  return {
    stack,
    name,
    prefix: `t${String(slot)}`,
    folder,
    env: { ...process.env, ...env, PULUMI_HOME: pulumiHome },
    port: (standard) => standard + offsetOf(slot),
    set: (key, value) => stack.setConfig(key, setting(value)),
    remove: async () => {
      await run(join(cliBin, "pulumi"), ["state", "unprotect", "--all", "--yes", "--stack", name], {
        cwd: folder,
        environment: { ...env, PULUMI_HOME: pulumiHome },
      });
      await stack.destroy({ continueOnError: true }).catch(() => undefined);
      removeLabelled(`sobertube/${name}`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A project folder that runs a program of the checkout, without the checkout's own settings.local.yaml. */
function createProject(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "platform-test-"));
  mkdirSync(join(folder, "backend"));
  for (const shared of ["node_modules", "package.json", "tsconfig.json"]) {
    symlinkSync(join(projectRoot, shared), join(folder, shared));
  }
  writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(projectRoot, "Pulumi.yaml")));
  const required = (path: string): string => `require(${JSON.stringify(join(projectRoot, path))})`;
  const loaders = ["errors", "orphan", "typescript"]
    .map((name) => required(`bootstrap/${name}.cjs`))
    .join(";\n");
  const entry = `${loaders};\nmodule.exports = ${required(program)};\n`;
  writeFileSync(join(folder, "program.cjs"), entry);
  return folder;
}

export const docker = (...args: string[]): string =>
  execFileSync("docker", args, { encoding: "utf8" }).trim();

/** Names of everything on the engine that bears a stack's label. */
export function labelled(stack: string): { containers: string[]; networks: string[]; volumes: string[] } {
  const filter = ["--filter", `label=${labelKeys.stack}=${stack}`];
  const lines = (text: string): string[] => text.split("\n").filter(Boolean);
  return {
    containers: lines(docker("ps", "--all", ...filter, "--format", "{{.Names}}")),
    networks: lines(docker("network", "ls", ...filter, "--format", "{{.Name}}")),
    volumes: lines(docker("volume", "ls", ...filter, "--format", "{{.Name}}")),
  };
}

function removeLabelled(stack: string): void {
  const { containers, networks, volumes } = labelled(stack);
  if (containers.length > 0) docker("rm", "--force", "--volumes", ...containers);
  if (networks.length > 0) docker("network", "rm", ...networks);
  if (volumes.length > 0) docker("volume", "rm", ...volumes);
}

/** Collects the resources that an operation touches: `name operation`, sorted, without `same`. */
export function changesOf(events: readonly EngineEvent[]): string[] {
  const steps = events.flatMap(({ resourcePreEvent }) =>
    resourcePreEvent ? [resourcePreEvent.metadata] : [],
  );
  const changes = steps
    .filter(({ op }) => op !== "same" && op !== "read" && op !== "refresh")
    .map(({ urn, op }) => `${urn.split("::").pop() ?? urn} ${op}`);
  return [...new Set(changes)].sort();
}
