import { pluginInputs } from "../../bootstrap/setup/toolchain.js";
import { runProgram, stackConfig } from "../support/mocks.js";

/** Dotted paths of all inputs that are set; entries of lists and of free maps count as their list or map. */
function pathsOf(inputs: Record<string, unknown>, known: ReadonlySet<string>, path = ""): string[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const here = path + key;
    if (value === undefined || value === null) return [];
    const nested = [value]
      .flat()
      .filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null);
    const isBlock = [...known].some((name) => name.startsWith(`${here}.`));
    return [here, ...(isBlock ? nested.flatMap((one) => pathsOf(one, known, `${here}.`)) : [])];
  });
}

describe("the plugins on this machine", () => {
  it.each(["dev", "prod"])("know every input that the program of stack %s gives them", async (stack) => {
    const { resources } = await runProgram(stack, stackConfig(stack));
    const unknown: string[] = [];
    for (const plugin of ["docker", "tls", "random", "command"] as const) {
      const schema = await pluginInputs(plugin);
      for (const { type, name, inputs } of resources.filter(({ type }) => type.startsWith(`${plugin}:`))) {
        const known = new Set(schema[type]);
        expect(known.size).toBeGreaterThan(0);
        unknown.push(
          ...pathsOf(unwrap(inputs), known)
            .filter((path) => !known.has(path))
            .map((path) => `${name}: ${path}`),
        );
      }
    }
    expect(unknown).toEqual([]);
  });

  it("would be found to lack an input: maxPathLength, which the tls plugin of 2023 drops", async () => {
    const known = new Set((await pluginInputs("tls"))["tls:index/selfSignedCert:SelfSignedCert"]);
    expect(known.has("isCaCertificate")).toBe(true);
    const missing = pathsOf({ isCaCertificate: true, maxPathLength: 0 }, known).filter(
      (path) => !known.has(path),
    );
    expect(missing).toEqual(known.has("maxPathLength") ? [] : ["maxPathLength"]);
  });
});

/** Secrets reach the mocks wrapped. */
function unwrap(inputs: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(inputs).map(([key, value]) => {
    const wrapped =
      typeof value === "object" && value !== null && "value" in value && Object.keys(value).length === 2;
    return [key, wrapped ? value.value : value];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
