import { setTimeout as sleep } from "node:timers/promises";

/** Where load goes. */
export interface Target {
  /** Address of the gateway's container. */
  readonly address: string;
  readonly port: number;
  /** Name in the handshake and in Host. */
  readonly host: string;
  /** Authorities whose certificates are good. */
  readonly ca: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export type Method = "GET" | "POST";

/** What has been asked so far, and what became of it. */
export class Tally {
  answered = 0;
  /** Why each lost request was lost. */
  readonly lost: string[] = [];

  get sent(): number {
    return this.answered + this.lost.length;
  }

  add(other: Tally): this {
    this.answered += other.answered;
    this.lost.push(...other.lost);
    return this;
  }
}

/** Requests by method. */
export type Tallies = Readonly<Record<Method, Tally>>;

export const newTallies = (): Tallies => ({ GET: new Tally(), POST: new Tally() });

/** Load that goes on until it is told to stop. */
export interface Running<T> {
  /** What it has come to so far. */
  readonly now: T;
  /** Lets what is under way end. */
  stop(): Promise<T>;
}

/** The rest between an answer and the next request of a connection; without one it would never be idle. */
export const rest = (): Promise<void> => sleep(5);

/** The bodies that are posted; large enough for a second record of TLS. */
export const postBody = JSON.stringify({ text: "x".repeat(20_000) });

/** Whether the service got everything that was sent. */
export const isComplete = (status: number, body: string, bytes: number): boolean =>
  status === 200 && (JSON.parse(body) as { bytes: number }).bytes === bytes;
