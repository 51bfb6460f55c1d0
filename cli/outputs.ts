import { z } from "zod";
import { askPulumi, OperatorError } from "./pulumi.js";

const certificate = z.object({ certificate: z.string(), privateKey: z.string() });

/** What this host publishes. */
const endpoint = z.object({ bind: z.string(), port: z.number(), url: z.string() });

const outputs = z.object({
  endpoints: z.object({ https: endpoint, api: endpoint, http: endpoint, apiHttp: endpoint.optional() }),
  caCertificate: z.string(),
  caKey: z.string(),
  certificates: z.record(z.string(), certificate),
  anonKey: z.string(),
  serviceRoleKey: z.string(),
  jwtSecret: z.string(),
  postgresPassword: z.string(),
  redisPassword: z.string(),
  minioPassword: z.string(),
});

export type Endpoint = z.output<typeof endpoint>;

/** The outputs of the program that the operator's commands work with, secrets among them. */
export type Outputs = z.output<typeof outputs>;

/**
 * Reads a stack's outputs, secrets in plain text.
 * @throws OperatorError when there is no such stack, or its platform is not up
 */
export async function readOutputs(stack: string): Promise<Outputs> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  const answer = await askPulumi(args).catch(async (error: unknown) => {
    const isUnknown = error instanceof OperatorError && error.message.includes("no stack named");
    throw isUnknown ? noSuchStack(stack, await stackNames()) : error;
  });
  return parseOutputs(stack, JSON.parse(answer));
}

/** @throws OperatorError when an `up` has not got so far as to write all outputs */
export function parseOutputs(stack: string, answer: unknown): Outputs {
  const parsed = outputs.safeParse(answer);
  if (parsed.success) return parsed.data;
  const isEmpty = typeof answer === "object" && answer !== null && Object.keys(answer).length === 0;
  const missing = [...new Set(parsed.error.issues.map(({ path }) => path.join(".")))].join(", ");
  const complaint = isEmpty
    ? `Stack ${stack} is not up yet.`
    : `Stack ${stack} lacks the outputs ${missing}: its last update did not finish, or was made by an older program.`;
  throw new OperatorError(`${complaint}\nNext: npm run up -- --stack ${stack}`);
}

/** The complaint about a stack that does not exist, with those that do. */
export const noSuchStack = (stack: string, known: readonly string[]): OperatorError =>
  new OperatorError(
    `There is no stack ${stack}; ${known.length === 0 ? "there is none at all" : `there are: ${known.join(", ")}`}.
Next: npm run setup -- --stack ${stack}, then npm run up -- --stack ${stack}`,
  );

async function stackNames(): Promise<string[]> {
  const stacks = JSON.parse(await askPulumi(["stack", "ls", "--json"])) as { name: string }[];
  return stacks.map(({ name }) => name);
}
