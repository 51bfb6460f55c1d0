import { run } from "../bootstrap/run.js";
import { labelKeys } from "../components/scope.js";
import { OperatorError, type StackState } from "./pulumi.js";

/** An object on the Docker Engine that bears a stack's label. */
export interface LabelledObject {
  readonly id: string;
  readonly name: string;
}

const listings = {
  container: {
    list: ["ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Names}}"],
    token: "docker:index/container:Container",
  },
  network: {
    list: ["network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}"],
    token: "docker:index/network:Network",
  },
} as const;

export type ObjectKind = keyof typeof listings;

export async function docker(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run("docker", args);
  if (code !== 0) throw new OperatorError(`docker ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
}

/** Objects of a stack on the engine that its state does not know. */
export async function unknownObjects(
  kind: ObjectKind,
  label: string,
  state: StackState,
): Promise<LabelledObject[]> {
  const { list, token } = listings[kind];
  const known = new Set(
    (state.deployment.resources ?? []).filter(({ type }) => type === token).map(({ id }) => id),
  );
  const output = await docker([...list, "--filter", `label=${labelKeys.stack}=${label}`]);
  return output
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [id = "", name = ""] = line.split(" ");
      return { id, name };
    })
    .filter(({ id }) => !known.has(id));
}
