import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** Ends the program with a message to the operator and without a stack trace. */
export class Refusal extends pulumi.RunError {
  /** Pulumi's runtime inspects the error with the promise it was thrown in, and so the whole program: a minute of work. */
  [inspect.custom](): string {
    return this.message;
  }
}
