// Functions that behave well or badly, as their authors would write them: path below the functions' folder to source.
const listening = (body: string): string => `Deno.serve(async (request) => { ${body} });`;

const open = '{"verify_jwt": false}';

/** A function that needs no token. */
const openFunction = (name: string, source: string): Record<string, string> => ({
  [`${name}/index.ts`]: source,
  [`${name}/function.json`]: open,
});

const attempts = `
  const attempt = async (work) => {
    try { return (await work()) ?? "done"; } catch (error) { return error.name; }
  };
  return Response.json({
    environment: Object.keys(Deno.env.toObject()),
    node: Object.keys((await import("node:process")).default.env),
    own: await attempt(() => Deno.readTextFile("function.json")),
    refused: {
      environ: await attempt(() => Deno.readTextFile("/proc/self/environ")),
      first: await attempt(() => Deno.readTextFile("/proc/1/environ")),
      neighbour: await attempt(() => Deno.readTextFile("../hello/index.ts")),
      write: await attempt(() => Deno.writeTextFile("/tmp/file", "")),
      run: await attempt(() => new Deno.Command("sh").output()),
      load: await attempt(() => Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {})),
    },
  });`;

export const samples: Readonly<Record<string, string>> = {
  ...openFunction(
    "echo",
    `import { upper } from "../_shared/upper.ts";
     const instance = crypto.randomUUID();
     Deno.serve({ port: 8000 }, (request) => {
       const { url, method } = request;
       const headers = { "x-reply": upper("kept"), connection: "x-hop", "x-hop": "1" };
       return Response.json({ url, method, instance, pid: Deno.pid, headers: Object.fromEntries(request.headers) }, { status: 201, headers });
     });`,
  ),
  "_shared/upper.ts": "export const upper = (text: string): string => text.toUpperCase();",
  "_shared/index.ts": listening("return new Response();"),
  ...openFunction("stream", listening("return new Response(request.body);")),
  ...openFunction("declared", 'export default { fetch: () => new Response("declared") };'),
  ...openFunction(
    "compressed",
    listening(`
    const body = new Response("x".repeat(1000)).body.pipeThrough(new CompressionStream("gzip"));
    return new Response(body, { headers: { "content-encoding": "gzip" } });`),
  ),
  ...openFunction("prober", listening(attempts)),
  ...openFunction("broken", 'throw new Error("a detail for the log");'),
  ...openFunction("idle-module", "export const nothing = 1;"),
  ...openFunction("failing", listening('throw new Error("another detail for the log");')),
  ...openFunction("leaving", listening("Deno.exit(3);")),
  ...openFunction(
    "greedy",
    listening("const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()));"),
  ),
  ...openFunction(
    "stuck",
    listening("if (request.url.endsWith('/now')) return new Response('now'); for (;;);"),
  ),
  ...openFunction(
    "endless",
    listening(`
    const tick = () => new Promise((resolve) => setTimeout(resolve, 100));
    const body = ReadableStream.from((async function* () { for (;;) { await tick(); yield "tick "; } })());
    return new Response(body.pipeThrough(new TextEncoderStream()));`),
  ),
  "guarded/index.ts": listening('return new Response("guarded");'),
  "guarded/function.json": '{"verify_jwt": true}',
  "misspelt/index.ts": listening("return new Response();"),
  "misspelt/function.json": '{"verify-jwt": false}',
  "mistyped/index.ts": listening("return new Response();"),
  "mistyped/function.json": '{"verify_jwt": "no"}',
  "empty/readme.md": "no index.ts here",
};
