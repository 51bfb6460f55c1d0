/** What a look at the machine gave: the part as it is there, or what is missing, each in one line. */
export type Finding = { readonly found: string } | { readonly missing: string };

/** One thing that a machine needs before the program can run on it. */
export interface Part {
  /** Shown in front of its line, e.g. "Docker Engine". */
  readonly name: string;
  /** A question to the operator before `provide` may change the machine itself. @default - nothing is asked */
  readonly consent?: string;
  /** Looks, and changes nothing; takes well under a second. */
  look(): Promise<Finding>;
  /** Brings the part about; `progress` takes one line at a time during long work.
   * @returns what was done, in one line
   * @throws SetupError when it cannot be had on this machine */
  provide(progress: (line: string) => void): Promise<string>;
}

/** A part that cannot be provided: says what was tried and what the operator can do. */
export class SetupError extends Error {}
