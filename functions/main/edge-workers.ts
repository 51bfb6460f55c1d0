import type { FunctionDefinition } from "./definition.ts";
import { Failure } from "./failure.ts";
import type { Settings } from "./settings.ts";
import type { Workers } from "./workers.ts";

/** The part of the edge runtime's own interface that is used here. */
export interface EdgeRuntime {
  readonly userWorkers: {
    /** Gives back the worker that already runs in this folder, if there is one. */
    create(options: {
      servicePath: string;
      /** Megabytes. */
      memoryLimitMb: number;
      /** Milliseconds that a worker lives. */
      workerTimeoutMs: number;
      noModuleCache: boolean;
      envVars: [name: string, value: string][];
    }): Promise<{ fetch(request: Request): Promise<Response> }>;
  };
}

/** The edge runtime that this program runs on, or undefined on plain Deno. */
export const edgeRuntime = (): EdgeRuntime | undefined =>
  (globalThis as { EdgeRuntime?: EdgeRuntime }).EdgeRuntime;

/** Functions in the edge runtime's own workers, which it starts, limits and ends. */
export function edgeWorkers(
  { userWorkers }: EdgeRuntime,
  { limits, functionEnvironment }: Settings,
): Workers {
  async function attempt({ folder }: FunctionDefinition, request: Request): Promise<Response> {
    const worker = await userWorkers.create({
      servicePath: folder,
      memoryLimitMb: limits.memory,
      workerTimeoutMs: limits.wallClock,
      noModuleCache: false,
      envVars: Object.entries(functionEnvironment),
    });
    return await worker.fetch(request);
  }

  return {
    async fetch(definition, request) {
      try {
        return await attempt(definition, request).catch((error) => {
          // The worker had come to its end between the two calls; the next one is new.
          if (nameOf(error) === "WorkerAlreadyRetired") return attempt(definition, request);
          throw error;
        });
      } catch (error) {
        console.error(`${definition.name}:`, error);
        throw (failures[nameOf(error)] ?? failures.InvalidWorkerResponse)();
      }
    },
    close: () => {},
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

const limit = () => new Failure(504, "function_timeout", "The function was ended at one of its limits");

const failures = {
  InvalidWorkerCreation: () => new Failure(503, "function_unavailable", "The function could not be started"),
  InvalidWorkerResponse: () => new Failure(500, "function_failed", "The function did not answer"),
  WorkerRequestIdleTimeout: limit,
  WorkerRequestCancelled: limit,
} as Readonly<Record<string, () => Failure>> & { readonly InvalidWorkerResponse: () => Failure };
