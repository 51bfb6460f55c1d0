import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../components/mistakes.js";

/** Ends the program with a message to the operator and without a stack trace. */
export class Refusal extends pulumi.RunError {}

/** Runs a program whose mistakes of configuration reach the operator as a refusal. */
export async function refusing<T>(program: () => Promise<T>): Promise<T> {
  try {
    return await program();
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Refusal(error.message);
    throw error;
  }
}
