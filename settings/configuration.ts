import type { z } from "zod";
import { derivePorts, portFaults } from "./endpoints.js";
import { type FrontendFolder, readFrontendFolder } from "./frontend.js";
import { type FunctionFile, readFunctions } from "./functions.js";
import { guardMistakes } from "./guard.js";
import { ConfigurationError, type Mistake, printable } from "../components/mistakes.js";
import { fromLocalFile, fromPulumi, keysOf, localFileName, overlay, type Raw, valueAt } from "./raw.js";
import { type Configuration, schema } from "./schema.js";
import { type ScalableService, scalableServices } from "./schema-services.js";
import { variableMistakes } from "./variables.js";

/** What a run of the program knows of its configuration. */
export interface Source {
  readonly project: string;
  readonly stack: string;
  /** All configuration values by full key, as `pulumi.runtime.allConfig()` gives them. */
  readonly values: Readonly<Record<string, string>>;
  /** The text of settings.local.yaml. @default - there is no such file */
  readonly localFile?: string;
}

/** A valid configuration, and the keys in it that this machine overrides. */
export interface Reading {
  readonly configuration: Configuration;
  readonly localKeys: readonly string[];
  /** The sources that the edge runtime gets. */
  readonly functionFiles: readonly FunctionFile[];
  /** The operator's frontend. @default - the platform's own page */
  readonly frontend?: FrontendFolder;
}

/**
 * Reads and checks the whole configuration.
 * @throws ConfigurationError with every mistake that there is
 */
export function readConfiguration(source: Source): Reading {
  const local = source.localFile === undefined ? { raw: {} } : fromLocalFile(source.localFile);
  const overrides = "raw" in local ? local.raw : {};
  const localKeys = keysOf(overrides);
  const raw = overlay(fromPulumi(source.project, source.values), overrides);
  const mend = mendingFor(source.stack, localKeys);

  const parsed = schema.safeParse(raw);
  const functions = readFunctions(parsed.data?.functions.folder ?? "");
  const { frontend, mistakes: frontendMistakes } = readFrontendFolder(parsed.data?.frontend.folder ?? "");
  const mistakes = [
    ...("mistake" in local ? [local.mistake] : []),
    ...functions.mistakes,
    ...frontendMistakes,
    ...(parsed.success
      ? crossChecks(parsed.data, localKeys, mend)
      : parsed.error.issues.flatMap((issue) => toMistakes(issue, raw, mend))),
  ];
  if (!parsed.success || mistakes.length > 0) {
    throw new ConfigurationError(`the configuration of stack ${source.stack}`, mistakes);
  }
  return { configuration: parsed.data, localKeys, functionFiles: functions.files, frontend };
}

type Mend = (key: string) => string;

/** Where the operator changes a key: in the file of this machine, or in the stack's. */
const mendingFor =
  (stack: string, localKeys: readonly string[]): Mend =>
  (key) =>
    localKeys.some((local) => local === key || local.startsWith(`${key}.`) || key.startsWith(`${local}.`))
      ? `edit ${key} in ${localFileName}`
      : `npx pulumi config set --path '${key}' VALUE --stack ${stack}`;

function toMistakes(issue: z.core.$ZodIssue, raw: Raw, mend: Mend): Mistake[] {
  const key = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => unknownKey(key === "" ? name : `${key}.${name}`, issue.path, raw));
  }
  const nested = issue.code === "invalid_union" ? closestBranch(issue, raw) : [];
  if (nested.length > 0) return nested.flatMap((inner) => toMistakes(inner, raw, mend));
  const said = issue.code === "invalid_key" ? issue.issues[0]?.message : issue.message;
  const expected = (said ?? "another name").replace(/^Invalid input: expected /, "");
  return [{ key, value: printable(key, valueAt(raw, issue.path)), expected, fix: mend(key) }];
}

/** An object was given to a union: the faults inside the object say more than "neither of both". */
function closestBranch(issue: z.core.$ZodIssueInvalidUnion, raw: Raw): z.core.$ZodIssue[] {
  if (typeof valueAt(raw, issue.path) !== "object") return [];
  const branch = issue.errors.find((issues) =>
    issues.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
  return (branch ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKey(key: string, parent: readonly PropertyKey[], raw: Raw): Mistake {
  const path = key.split(".");
  return {
    key,
    value: printable(key, valueAt(raw, path)),
    expected:
      parent.length === 0
        ? `one of ${Object.keys(schema.shape).join(", ")}`
        : `a key that ${parent.join(".")} has (see Pulumi.yaml)`,
    fix: `correct the key's name, or remove it: npx pulumi config rm --path '${key}'`,
  };
}

/** How many containers each service runs in that may run in several. */
export const instances = ({ services }: Configuration): Record<ScalableService, number> =>
  Object.fromEntries(scalableServices.map((name) => [name, services[name]?.instances ?? 1])) as Record<
    ScalableService,
    number
  >;

/** Rules that concern several keys at once. */
function crossChecks(configuration: Configuration, localKeys: readonly string[], mend: Mend): Mistake[] {
  const { offset, ...overrides } = configuration.ports;
  const ports = derivePorts(offset, overrides);
  const portMistakes = portFaults(ports).map(({ name, expected }) => ({
    key: `ports.${name}`,
    value: String(ports[name]),
    expected,
    fix: mend(`ports.${name}`),
  }));
  const { origins } = configuration.gateway.cors;
  const mixed = origins.includes("*") && origins.length > 1;
  const corsMistakes = mixed
    ? [
        {
          key: "gateway.cors.origins",
          value: JSON.stringify(origins),
          expected: "either * alone or exact origins",
          fix: mend("gateway.cors.origins"),
        },
      ]
    : [];
  return [
    ...portMistakes,
    ...corsMistakes,
    ...poolMistakes(configuration, mend),
    ...variableMistakes(configuration),
    ...guardMistakes(configuration, localKeys),
  ];
}

/** Connections that the server keeps for its own superusers and for an operator's psql. */
const reservedConnections = 10;

function poolMistakes(configuration: Configuration, mend: Mend): Mistake[] {
  const { maxConnections, pools } = configuration.database;
  const count: Readonly<Record<string, number>> = instances(configuration);
  const sum = Object.entries(pools).reduce(
    (total, [name, size]) => total + size * (count[poolService(name)] ?? 1),
    0,
  );
  const room = maxConnections - reservedConnections;
  if (sum <= room) return [];
  return [
    {
      key: "database.pools",
      value: `${String(sum)} connections together (${JSON.stringify(pools)}${several(count)})`,
      expected: `${String(room)} at most: maxConnections ${String(maxConnections)} less ${String(reservedConnections)}`,
      fix: `${mend("database.maxConnections")}, or make pools smaller`,
    },
  ];
}

const poolService = (pool: string): string => (pool === "functions" ? "edge-functions" : pool);

/** How services with more than one container are told of in a message. */
function several(count: Readonly<Record<string, number>>): string {
  const scaled = Object.fromEntries(Object.entries(count).filter(([, number]) => number > 1));
  return Object.keys(scaled).length === 0 ? "" : `, in containers ${JSON.stringify(scaled)}`;
}
