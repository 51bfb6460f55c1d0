/** Greets by name: `supabase.functions.invoke("hello", { body: { name: "Ada" } })`. */
Deno.serve(async (request) => {
  const { name = "world" } = await bodyOf(request);
  return Response.json({ message: `Hello ${name}!` });
});

/** The JSON body; a request without one counts as empty. */
async function bodyOf(request: Request): Promise<{ name?: string }> {
  const text = await request.text();
  return text === "" ? {} : JSON.parse(text);
}
