// An application of a stack: supabase-js as it is, with the stack's own authority and 127.0.0.1 behind every name.
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { createClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import WebSocket from "ws";

export interface ApplicationArgs {
  /** Public URL of the API. */
  readonly url: string;
  readonly key: string;
  /** The authority that the gateway's certificate comes from; no other is trusted. */
  readonly ca: string;
}

/** A client that knows nothing of the database's tables. */
export type Application = ReturnType<typeof connect>;

const connect = (url: string, key: string, options: SupabaseClientOptions<"public">) =>
  createClient(url, key, options);

/** Every name is this machine. */
export const loopback: LookupFunction = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: "127.0.0.1", family: 4 }]);
  else callback(null, "127.0.0.1", 4);
};

export function createApplication({ url, key, ca }: ApplicationArgs): Application {
  class Socket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { ca, lookup: loopback });
    }
  }
  return connect(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchTrusting(ca) },
    realtime: { transport: Socket as never },
  });
}

/** fetch for HTTPS with an authority of one's own, which Node's has no option for. Redirects are not followed. */
export function fetchTrusting(ca: string): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const headers = Object.fromEntries(request.headers);
    if (body !== undefined) headers["content-length"] = String(body.length);
    return new Promise<Response>((resolve, reject) => {
      const sent = httpsRequest(
        request.url,
        { method: request.method, headers, ca, lookup: loopback, agent: false, timeout: 20_000 },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            const status = answer.statusCode ?? 0;
            const pairs = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
            const content = [204, 304].includes(status) ? null : Buffer.concat(chunks);
            resolve(new Response(content, { status, headers: pairs as [string, string][] }));
          });
        },
      );
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error(`no answer from ${request.url}`)));
      sent.end(body);
    });
  };
}
