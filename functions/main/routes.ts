import { findFunction } from "./definition.ts";
import { Failure } from "./failure.ts";
import type { VerifyRequest } from "./jwt.ts";
import type { Settings } from "./settings.ts";
import type { Workers } from "./workers.ts";

/** The handler of all requests: `/health`, and `/<function>/…`, which the function sees unchanged. */
export function routes(
  settings: Settings,
  workers: Workers,
  verify: VerifyRequest,
): (request: Request, info: Pick<Deno.ServeHandlerInfo, "completed">) => Promise<Response> {
  async function answer(request: Request, completed: Promise<void>): Promise<Response> {
    const [, name = ""] = new URL(request.url).pathname.split("/");
    const definition = await findFunction(settings.folder, name);
    // A browser's preflight never bears a token.
    const isOpen = request.method === "OPTIONS" || !(definition.verifyJwt ?? settings.verifyJwt);
    if (!isOpen) await verify(request);
    return await workers.fetch(definition, request, completed);
  }

  return async (request, { completed }) => {
    if (new URL(request.url).pathname === "/health") return Response.json({ status: "ok" });
    try {
      return await answer(request, completed);
    } catch (error) {
      if (error instanceof Failure) return error.response();
      console.error("edge functions:", error);
      return new Failure(500, "internal", "The request could not be answered").response();
    }
  };
}
