/** A join that is refused, with the code that is counted. */
export class JoinRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** Why a channel has to end, or undefined while it may stay. */
export type Shutdown = string | undefined;
