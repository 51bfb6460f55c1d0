import type { FunctionDefinition } from "../definition.ts";
import { Failure } from "../failure.ts";
import type { Settings } from "../settings.ts";
import { announced } from "./announcement.ts";
import { forwardLines } from "./lines.ts";
import { permissions } from "./permissions.ts";

/** Milliseconds until a function has to listen; the first time its packages are downloaded. */
const startLimit = 60_000;

/** One function that runs and listens on a port of this machine. */
export class FunctionProcess {
  private constructor(
    readonly name: string,
    readonly port: number,
    /** Comes true when the process has ended, for whatever reason. */
    readonly ended: Promise<void>,
    /** Ends the process at once. @param reason for the log */
    readonly kill: (reason: string) => void,
  ) {}

  static async start(definition: FunctionDefinition, settings: Settings): Promise<FunctionProcess> {
    const { name } = definition;
    const child = await spawn(definition, settings);
    let isWanted = true;
    const kill = (reason: string) => {
      if (!isWanted) return;
      isWanted = false;
      console.log(`edge functions: ending ${name}: ${reason}`);
      child.kill("SIGKILL");
    };
    const port = Promise.withResolvers<number | undefined>();
    const logs = [
      forwardLines(child.stdout, (line) => {
        const number = announced(line);
        if (number === undefined) console.log(`[${name}] ${line}`);
        else port.resolve(number);
      }),
      forwardLines(child.stderr, (line) => console.error(`[${name}] ${line}`)),
    ];
    const ended = child.status.then(async ({ code, signal }) => {
      if (isWanted)
        console.error(`edge functions: ${name} ended by itself (${signal ?? `exit code ${code}`})`);
      isWanted = false;
      await Promise.all(logs);
      port.resolve(undefined);
    });
    const timer = setTimeout(() => kill(`does not listen after ${startLimit} ms`), startLimit);
    const listening = await port.promise;
    clearTimeout(timer);
    if (listening === undefined) {
      throw new Failure(503, "function_unavailable", "The function could not be started");
    }
    return new FunctionProcess(name, listening, ended, kill);
  }
}

async function spawn(definition: FunctionDefinition, settings: Settings): Promise<Deno.ChildProcess> {
  const { folder, limits, functionEnvironment } = settings;
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-lock",
      "--node-modules-dir=none",
      await configuration([definition.folder, folder]),
      `--v8-flags=--max-old-space-size=${limits.memory}`,
      ...permissions(definition, settings),
      `${folder}/main/deno/bootstrap.ts`,
      `file://${definition.folder}/index.ts`,
    ],
    cwd: definition.folder,
    clearEnv: true,
    env: { ...functionEnvironment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  return command.spawn();
}

/** The function's own `deno.json`, or the one that all share. */
async function configuration(folders: readonly string[]): Promise<string> {
  for (const path of folders.map((folder) => `${folder}/deno.json`)) {
    if (
      await Deno.stat(path).then(
        () => true,
        () => false,
      )
    )
      return `--config=${path}`;
  }
  return "--no-config";
}
