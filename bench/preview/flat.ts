import { plaintext, type StateResource, textOutputs } from "./state.js";

/** What a flat program may not share with the platform on the same engine. */
export interface Move {
  /** Another text for every name, label and address. */
  readonly text: (value: string) => string;
  /** Another host port. */
  readonly port: (value: number) => number;
}

/**
 * The program that someone would write without components: a list of `new docker.Container("…", {…})` with everything
 * in it said. It is generated from what the platform's own program has registered, not kept by hand, so that it has
 * the same resources, inputs and dependencies at any size of the platform.
 */
export function flatProgram(resources: readonly StateResource[], move: Move): string {
  const variables = new Map(resources.map(({ urn }, index) => [urn, `resource${String(index)}`]));
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const variablesOf = (urns: readonly string[]): string[] => urns.flatMap((urn) => variables.get(urn) ?? []);

  const inputsOf = (resource: StateResource): string[] =>
    Object.entries(resource.inputs ?? {}).flatMap(([key, value]) => {
      if (isDefault(resource, key)) return [];
      const used = resource.propertyDependencies?.[key] ?? [];
      const references = used.flatMap((urn) => referencesTo(byUrn.get(urn), variables.get(urn)));
      const rendered = new Expression(references, move).of(value);
      return [`  ${quote(key)}: ${isReferring(rendered) ? rendered : after(variablesOf(used), rendered)},`];
    });

  const statements = resources.map((resource) => {
    const { urn, type, dependencies = [], propertyDependencies = {} } = resource;
    const inInputs = new Set(Object.values(propertyDependencies).flatMap((urns) => urns ?? []));
    const others = variablesOf(dependencies.filter((dependency) => !inInputs.has(dependency)));
    return [
      `const ${variables.get(urn) ?? ""} = new ${constructorOf(type)}(${quote(urn.split("::").pop() ?? "")}, {`,
      ...inputsOf(resource),
      `}, { dependsOn: [${others.join(", ")}], deleteBeforeReplace: true });`,
    ].join("\n");
  });
  return [...imports(resources), ...statements, "export {};", ""].join("\n");
}

const isReferring = (expression: string): boolean => /\bresource\d+\./.test(expression);

/** A value that is made from others in a way that cannot be seen in it, such as an archive with keys. */
const after = (variables: readonly string[], value: string): string =>
  variables.length === 0
    ? value
    : `pulumi.all([${variables.map((variable) => `${variable}.id`).join(", ")}]).apply(() => ${value})`;

interface Reference {
  readonly expression: string;
  readonly text: string;
}

function referencesTo(resource: StateResource | undefined, variable: string | undefined): Reference[] {
  if (resource === undefined || variable === undefined) return [];
  const outputs = textOutputs(resource).map(([key, text]) => ({ expression: `${variable}.${key}`, text }));
  // The longest first, so that no text is taken for a part of it.
  return outputs.sort((a, b) => b.text.length - a.text.length);
}

/** Renders values as source text. */
class Expression {
  constructor(
    private readonly references: readonly Reference[],
    private readonly move: Move,
  ) {}

  of(value: unknown): string {
    const secret = plaintext(value);
    if (secret === undefined) return this.plain(value);
    const rendered = this.plain(secret.value);
    // Secret outputs keep what is made of them secret.
    return isReferring(rendered) ? rendered : `pulumi.secret(${rendered})`;
  }

  private plain(value: unknown, key = ""): string {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return String(key === "external" ? this.move.port(value) : value);
    if (Array.isArray(value)) return `[${value.map((item) => this.of(item)).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).filter(([name]) => name !== "__defaults");
    return `{ ${entries.map(([name, item]) => `${quote(name)}: ${plaintext(item) ? this.of(item) : this.plain(item, name)}`).join(", ")} }`;
  }

  private text(value: string): string {
    const found = this.references.find(({ text }) => value.includes(text));
    if (found === undefined) return quote(this.move.text(value));
    if (found.text === value) return found.expression;
    const parts = value.split(found.text).map((part) => this.text(part));
    return `pulumi.concat(${parts.join(`, ${found.expression}, `)})`;
  }
}

const quote = (text: string): string => JSON.stringify(text);

/** Whether the provider's SDK fills the input in, and the program does not say it. */
function isDefault({ inputs = {} }: StateResource, key: string): boolean {
  const { __defaults: defaults } = inputs as { __defaults?: readonly string[] };
  return key === "__defaults" || (defaults?.includes(key) ?? false);
}

/** `docker:index/container:Container` is `docker.Container`, `command:local:Command` is `command.local.Command`. */
function constructorOf(type: string): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  const [namespace = ""] = module.split("/");
  return [provider, ...(namespace === "index" ? [] : [namespace]), name].join(".");
}

function imports(resources: readonly StateResource[]): string[] {
  const providers = [...new Set(resources.map(({ type }) => type.split(":")[0] ?? ""))].sort();
  return [...providers, "pulumi"].map((name) => `import * as ${name} from "@pulumi/${name}";`);
}
