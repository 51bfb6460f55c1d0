import { context, type Handler, json, jsonBody } from "./call.js";
import { rowFor } from "./downloads.js";
import { invalidParameter } from "./errors.js";
import { parseTransformation, tokenText } from "./transformation.js";

const absent = "Either the object does not exist or you do not have access to it";

/** POST: a URL that anyone may read the object with, transformed where that is asked for. */
export const one: Handler = async (call) => {
  const { expiresIn, transform } = await jsonBody(call.request);
  const seconds = expiry(expiresIn);
  await rowFor(call);
  const url = `${call.bucket}/${call.name}`;
  const { images } = call.settings;
  const asked = (transform ?? {}) as Record<string, unknown>;
  const transformations = images === undefined ? "" : tokenText(parseTransformation(asked), images);
  const extra = transformations === "" ? {} : { transformations };
  const token = await call.tokens.sign({ ...extra, url, scope: "download" }, seconds);
  return json({
    signedURL: `/${transformations === "" ? "object" : "render/image"}/sign/${url}?token=${token}`,
  });
};

/** POST: URLs of many objects; one that the caller may not see is answered with an error of its own. */
export const many: Handler = async (call) => {
  const { expiresIn, paths } = await jsonBody(call.request);
  const seconds = expiry(expiresIn);
  if (!Array.isArray(paths) || paths.length === 0 || paths.length > 1000)
    throw invalidParameter("body/paths must hold from 1 to 1000 names");
  const names = paths.map(String);
  const sql = "select name from storage.objects where bucket_id = $1 and name = any($2)";
  const { rows } = await call.database.transaction(context(call), (client) =>
    client.query<{ name: string }>(sql, [call.bucket, names]),
  );
  const visible = new Set(rows.map(({ name }) => name));
  const answers = names.map(async (path) => {
    if (!visible.has(path)) return { error: absent, path, signedURL: null };
    const url = `${call.bucket}/${path}`;
    const token = await call.tokens.sign({ url, scope: "download" }, seconds);
    return { error: null, path, signedURL: `/object/sign/${url}?token=${token}` };
  });
  return json(await Promise.all(answers));
};

function expiry(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value < 2 ** 40) return value;
  throw invalidParameter("Invalid Parameter expiresIn");
}
