import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOrFail } from "../../bootstrap/run.js";
import type { TestStack } from "../../test/support/stack.js";
import { customResources, plaintext, type StateResource } from "../preview/state.js";
import { composeFile } from "./compose.js";
import { exportFiles, writeInitScript } from "./files.js";
import { componentOf, inspectStack } from "./inspection.js";

/** Who waits for whom, as in Supabase's compose file and the program alike. */
const waits = {
  rest: ["postgres"],
  auth: ["postgres"],
  realtime: ["postgres"],
  storage: ["postgres", "redis", "minio-prepare"],
  "postgres-exporter": ["postgres"],
  "redis-exporter": ["redis"],
} as const;

/** A Compose project with the same containers as a stack. */
export class ComposeProject {
  private constructor(
    private readonly program: string,
    private readonly file: string,
    private readonly hasChecks: boolean,
  ) {}

  /**
   * Writes the project of a stack that is up.
   * @param interval seconds between two health checks; without it there are none
   */
  static async of(test: TestStack, program: string, interval?: number): Promise<ComposeProject> {
    const folder = mkdtempSync(join(tmpdir(), "bench-project-"));
    const containers = inspectStack(`sobertube/${test.name}`);
    const folders = await exportFiles(containers, folder);
    const resources = await customResources(test);
    const init = writeInitScript(folder, standardInput(resources, "postgres-prepare-command"));
    const script = standardInput(resources, "minio-prepare-command");
    const text = composeFile({
      containers: containers.map((one) => (componentOf(one) === "postgres" ? withInit(one, init) : one)),
      folderOf: (volume) => folders.get(volume) ?? volume,
      isFolder: (volume) => folders.has(volume) || volume === init,
      subnet: "10.213.252.0/24",
      waits,
      preparations: [{ component: "minio", name: "minio-prepare", command: ["sh", "-c", script] }],
      interval,
    });
    writeFileSync(join(folder, "compose.yaml"), text, { mode: 0o600 });
    return new ComposeProject(program, join(folder, "compose.yaml"), interval !== undefined);
  }

  /** Until everything is healthy, where health is asked about at all. */
  async up(): Promise<void> {
    await this.compose("up", "--detach", ...(this.hasChecks ? ["--wait"] : []));
  }

  async down(): Promise<void> {
    await this.compose("down", "--volumes", "--timeout", "10");
  }

  private async compose(...args: string[]): Promise<void> {
    await runOrFail("docker compose failed", this.program, ["--file", this.file, ...args]);
  }
}

function standardInput(resources: readonly StateResource[], name: string): string {
  const inputs = resources.find(({ urn }) => urn.endsWith(`::${name}`))?.inputs ?? {};
  const value = plaintext(inputs.stdin)?.value ?? inputs.stdin;
  if (typeof value !== "string") throw new Error(`${name} has no standard input`);
  return value;
}

type Container = ReturnType<typeof inspectStack>[number];

/** The database's own way to prepare itself when it starts for the first time. */
const withInit = (one: Container, folder: string): Container => ({
  ...one,
  HostConfig: {
    ...one.HostConfig,
    Mounts: [
      ...(one.HostConfig.Mounts ?? []),
      { Type: "bind", Source: folder, Target: "/docker-entrypoint-initdb.d", ReadOnly: true },
    ],
  },
});
