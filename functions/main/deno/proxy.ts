import { Failure } from "../failure.ts";
import type { Limits } from "../settings.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import type { FunctionProcess } from "./process.ts";

/** Hands requests to a function's process, and ends it when it is too slow or no longer used. */
export class Proxy {
  readonly #client = Deno.createHttpClient({ allowHost: true });
  #requests = 0;
  #idle?: ReturnType<typeof setTimeout>;
  #retired?: string;

  /** @param forget called once no further request may come here */
  constructor(
    readonly process: FunctionProcess,
    private readonly limits: Limits,
    private readonly forget: () => void,
  ) {
    void process.ended.then(() => {
      clearTimeout(this.#idle);
      this.#client.close();
    });
    this.#waitForRequests();
  }

  /** @param completed settles once the answer has been delivered, or its receiver has gone */
  async answer(request: Request, completed: Promise<void>): Promise<Response> {
    const release = this.#take();
    const { wallClock, idle } = this.limits;
    const limit = new AbortController();
    const tooSlow = () => {
      limit.abort();
      this.#retire("took too long to answer");
    };
    const head = setTimeout(tooSlow, Math.min(idle, wallClock));
    // An answer that has begun only breaks off with its process.
    const whole = setTimeout(() => {
      tooSlow();
      this.process.kill("took too long");
    }, wallClock);
    completed
      .catch(() => {})
      .finally(() => {
        clearTimeout(whole);
        release();
      });
    try {
      const { body, status, statusText, headers } = await this.#send(
        request,
        AbortSignal.any([request.signal, limit.signal]),
      );
      return new Response(body, { status, statusText, headers: responseHeaders(headers) });
    } catch (error) {
      throw this.#failure(error, limit.signal.aborted);
    } finally {
      clearTimeout(head);
    }
  }

  #send(request: Request, signal: AbortSignal): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    return fetch(`http://127.0.0.1:${this.process.port}${pathname}${search}`, {
      method: request.method,
      headers: requestHeaders(request.headers),
      body: request.body,
      redirect: "manual",
      client: this.#client,
      signal,
    });
  }

  #failure(error: unknown, timedOut: boolean): Failure {
    if (timedOut) return new Failure(504, "function_timeout", "The function took too long");
    console.error(`${this.process.name}:`, error instanceof Error ? error.message : error);
    return new Failure(502, "function_failed", "The function ended before it answered");
  }

  /** @returns what gives the place free again */
  #take(): () => void {
    clearTimeout(this.#idle);
    this.#requests += 1;
    return () => {
      this.#requests -= 1;
      if (this.#requests === 0) this.#waitForRequests();
    };
  }

  #waitForRequests(): void {
    if (this.#retired !== undefined) return this.process.kill(this.#retired);
    const { idle } = this.limits;
    this.#idle = setTimeout(() => this.#retire(`not used for ${idle} ms`), idle);
  }

  /** Takes no further requests, and ends once the last one of those that run has. */
  #retire(reason: string): void {
    this.#retired = reason;
    this.forget();
    if (this.#requests === 0) this.process.kill(reason);
  }
}
