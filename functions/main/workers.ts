import type { FunctionDefinition } from "./definition.ts";

/** Runs functions apart from `main` and from each other. */
export interface Workers {
  /**
   * Lets the function answer; a `Failure` is what its sender is told otherwise.
   * @param completed settles once the answer has been delivered, where the runtime tells that
   */
  fetch(definition: FunctionDefinition, request: Request, completed: Promise<void>): Promise<Response>;
  /** Ends all functions. */
  close(): void;
}
