import type { FunctionDefinition } from "../definition.ts";
import type { Settings } from "../settings.ts";
import type { Workers } from "../workers.ts";
import { FunctionProcess } from "./process.ts";
import { Proxy } from "./proxy.ts";

/**
 * Functions in processes of their own, because plain Deno cannot limit the memory of a worker thread: one that runs
 * out takes the whole process with it. A process also has its own environment, and can be ended whatever it does.
 */
export function denoWorkers(settings: Settings): Workers {
  const running = new Map<string, Promise<Proxy>>();

  /** The function's process, started by whoever asks first. */
  function provide(definition: FunctionDefinition): Promise<Proxy> {
    const { name } = definition;
    const existing = running.get(name);
    if (existing !== undefined) return existing;
    const forget = () => {
      if (running.get(name) === started) running.delete(name);
    };
    const started = FunctionProcess.start(definition, settings).then((process) => {
      void process.ended.then(forget);
      return new Proxy(process, settings.limits, forget);
    });
    started.catch(forget);
    running.set(name, started);
    return started;
  }

  return {
    fetch: async (definition, request, completed) =>
      await (await provide(definition)).answer(request, completed),
    close: () =>
      running.forEach((started) =>
        started.then(
          ({ process }) => process.kill("all functions end"),
          () => {},
        ),
      ),
  };
}
