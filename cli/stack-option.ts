import { OperatorError } from "./pulumi.js";

/** @throws OperatorError with the command line that names one */
export function requireStack(stack: string | undefined, command: string): string {
  if (stack !== undefined && stack !== "") return stack;
  throw new OperatorError(`Which stack? Name it: npm run ${command} -- --stack dev`);
}
