// Deleting, moving and copying.
import { randomUUID } from "node:crypto";
import { type Call, context, type Handler, json, jsonBody, validName } from "./call.js";
import { accessDenied, invalidParameter } from "./errors.js";
import { deleteObjects, findObject, lockVersion, renameObject, upsertObject } from "./rows.js";
import { mayUpload } from "./uploads.js";

/** DELETE of one object. */
export const remove: Handler = async (call) => {
  await call.database.transaction(context(call, "superuser"), (client) =>
    findObject(client, call.bucket, call.name),
  );
  if ((await deleted(call, [call.name])).length === 0) throw accessDenied("Access denied");
  return json({ message: "Successfully deleted" });
};

/** DELETE of many objects; those that the caller may not delete stay. */
export const removeMany: Handler = async (call) => {
  const { prefixes } = await jsonBody(call.request);
  if (!Array.isArray(prefixes) || prefixes.length === 0 || prefixes.length > 1000)
    throw invalidParameter("body/prefixes must hold from 1 to 1000 names");
  return json(await deleted(call, prefixes.map(String)));
};

async function deleted(call: Call, names: readonly string[]) {
  const { bucket, blobs, database } = call;
  const rows = await database.transaction(context(call), (client) => deleteObjects(client, bucket, names));
  await blobs.discard(rows.map(({ name, version }) => ({ bucket, name, version })));
  return rows;
}

export const move: Handler = async (call) => {
  const { from, to } = await endpoints(call);
  const { database, blobs, identity } = call;
  const target = { ...to, version: randomUUID(), owner: identity.owner };
  await database.attempt(context(call), async (client) => {
    await findObject(client, from.bucket, from.name);
    await renameObject(client, from, target);
  });
  const source = await database.transaction(context(call, "superuser"), (client) =>
    findObject(client, from.bucket, from.name),
  );
  if (from.bucket === to.bucket && from.name === to.name)
    return json({ message: "Successfully moved", Id: source.id, Key: source.name });
  const old = { ...from, version: source.version };
  try {
    const metadata = await blobs.copy(old, target);
    const row = await database.transaction(context(call, "superuser"), (client) =>
      renameObject(client, from, { ...target, metadata }),
    );
    await blobs.discard([old]);
    return json({ message: "Successfully moved", Id: row.id, Key: row.name });
  } catch (error) {
    await blobs.discard([target]);
    throw error;
  }
};

export const copy: Handler = async (call) => {
  const { from, to } = await endpoints(call);
  const { database, blobs, identity, request } = call;
  const source = await database.transaction(context(call), (client) =>
    findObject(client, from.bucket, from.name),
  );
  const userMetadata = source.user_metadata ?? undefined;
  const target = { ...to, version: randomUUID(), owner: identity.owner, userMetadata };
  const upsert = request.headers["x-upsert"] === "true";
  await mayUpload(call, { ...target, version: "1", metadata: source.metadata ?? undefined }, upsert);
  try {
    const metadata = await blobs.copy({ ...from, version: source.version }, target);
    const { row, replaced } = await database.transaction(context(call, "superuser"), async (client) => ({
      replaced: await lockVersion(client, to.bucket, to.name),
      row: await upsertObject(client, { ...target, metadata }),
    }));
    if (replaced !== undefined) await blobs.discard([{ ...to, version: replaced }]);
    return json({ ...row, Id: row.id, Key: `${to.bucket}/${to.name}` });
  } catch (error) {
    await blobs.discard([target]);
    throw error;
  }
};

async function endpoints(call: Call) {
  const body = await jsonBody(call.request);
  const { bucketId, sourceKey, destinationKey, destinationBucket = bucketId } = body;
  const names = [bucketId, sourceKey, destinationBucket, destinationKey];
  if (!names.every((name) => typeof name === "string"))
    throw invalidParameter("body must name bucketId, sourceKey and destinationKey");
  const [fromBucket = "", fromName = "", toBucket = "", toName = ""] = names;
  return {
    from: { bucket: fromBucket, name: fromName },
    to: { bucket: toBucket, name: validName(toName) },
  };
}
