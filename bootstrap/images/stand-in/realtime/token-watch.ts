import type { Claims } from "./tokens.js";

const longestTimer = 2 ** 31 - 1;

/** Waits for the end of a token. */
export class TokenWatch {
  private timer?: NodeJS.Timeout;

  /** @param ended - is told why the token is not accepted any more */
  constructor(
    private readonly verify: (token: string) => Promise<Claims>,
    private readonly ended: (reason: string) => void,
  ) {}

  /** Turns to another token, or goes on with the same. */
  start(token: string, { exp }: Claims): void {
    this.stop();
    const left = Math.min(exp * 1000 - Date.now() + 100, longestTimer);
    this.timer = setTimeout(() => {
      this.verify(token).then(
        (claims) => this.start(token, claims),
        (error: Error) => this.ended(error.message),
      );
    }, left).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
