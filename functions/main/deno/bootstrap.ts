// The first module of a function's process: loads the function and tells `main` where it listens.
import { announcement } from "./announcement.ts";

type Handler = Deno.ServeHandler<Deno.NetAddr>;
type Options = Deno.ServeTcpOptions & { readonly handler?: Handler };

const serve = Deno.serve;

/** Serves as the function asks, yet on a free port that only this machine reaches. */
function serveHere(first: Options | Handler, second?: Handler): Deno.HttpServer<Deno.NetAddr> {
  const { handler = second, ...options }: Options = typeof first === "function" ? { handler: first } : first;
  if (handler === undefined) throw new TypeError("Deno.serve has been called without a handler");
  return serve(
    {
      onError: internalError,
      ...options,
      hostname: "127.0.0.1",
      port: 0,
      onListen: (address) => {
        console.log(announcement(address.port));
        options.onListen?.(address);
      },
    },
    handler,
  );
}

function internalError(error: unknown): Response {
  console.error(error);
  return Response.json({ error: "function_failed", message: "The function failed" }, { status: 500 });
}

Object.assign(Deno, { serve: serveHere });
// A process lives on after its answers, so work in the background needs nothing further.
Object.assign(globalThis, { EdgeRuntime: { waitUntil: <T>(work: Promise<T>) => work } });

const module: { default?: { fetch?: Handler } } = await import(Deno.args[0] ?? "");
const declared = module.default?.fetch;
if (declared !== undefined) serveHere((request, info) => declared.call(module.default, request, info));
