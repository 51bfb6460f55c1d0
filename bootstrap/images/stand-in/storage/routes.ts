import * as buckets from "./buckets.js";
import type { Handler } from "./call.js";
import * as downloads from "./downloads.js";
import * as listing from "./listing.js";
import * as objects from "./objects.js";
import * as render from "./render.js";
import * as signing from "./signing.js";
import * as uploads from "./uploads.js";

/** Who may call: users with a token, anyone with more rights for a token, or anyone. */
type Access = "user" | "user-or-anonymous" | "anyone";

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly access: Access;
  /** What policies see as `storage.operation()`. */
  readonly operation: string;
  readonly handler: Handler;
}

const route = (line: string, access: Access, operation: string, handler: Handler): Route => {
  const [method = "", path = ""] = line.split(" ");
  const pattern = path.replace(":bucket", "(?<bucket>[^/]+)").replace("/*", "/(?<name>.+)");
  return { method, pattern: new RegExp(`^${pattern}/?$`), access, operation, handler };
};

/** The first that fits is taken, so names that mean something come before buckets' names. */
export const routes: readonly Route[] = [
  route("POST /bucket", "user", "storage.bucket.create", buckets.create),
  route("GET /bucket", "user", "storage.bucket.list", buckets.list),
  route("GET /bucket/:bucket", "user", "storage.bucket.get", buckets.get),
  route("PUT /bucket/:bucket", "user", "storage.bucket.update", buckets.update),
  route("DELETE /bucket/:bucket", "user", "storage.bucket.delete", buckets.remove),
  route("POST /bucket/:bucket/empty", "user", "storage.bucket.empty", buckets.empty),

  route("POST /object/list/:bucket", "user", "storage.object.list", listing.list),
  route("POST /object/move", "user", "storage.object.move", objects.move),
  route("POST /object/copy", "user", "storage.object.copy", objects.copy),
  route("POST /object/upload/sign/:bucket/*", "user", "storage.object.sign_upload_url", uploads.sign),
  route("PUT /object/upload/sign/:bucket/*", "anyone", "storage.object.upload_signed", uploads.signed),
  route("POST /object/sign/:bucket", "user", "storage.object.sign_many", signing.many),
  route("POST /object/sign/:bucket/*", "user", "storage.object.sign", signing.one),
  route("GET /object/sign/:bucket/*", "anyone", "storage.object.get_signed", downloads.signed),

  route("GET /object/info/public/:bucket/*", "anyone", "storage.object.info_public", downloads.openInfo),
  route("GET /object/info/authenticated/:bucket/*", "user", "object.get_authenticated_info", downloads.info),
  route("GET /object/info/:bucket/*", "user-or-anonymous", "object.get_authenticated_info", downloads.info),
  route("GET /object/public/:bucket/*", "anyone", "storage.object.get_public", downloads.open),
  route("HEAD /object/public/:bucket/*", "anyone", "storage.object.info_public", downloads.openHead),
  route("GET /object/authenticated/:bucket/*", "user", "storage.object.get_authenticated", downloads.own),
  route("HEAD /object/authenticated/:bucket/*", "user", "object.head_authenticated_info", downloads.head),
  route("GET /object/:bucket/*", "user-or-anonymous", "storage.object.get_authenticated", downloads.own),
  route("HEAD /object/:bucket/*", "user-or-anonymous", "object.head_authenticated_info", downloads.head),

  route("POST /object/:bucket/*", "user", "storage.object.upload", uploads.create),
  route("PUT /object/:bucket/*", "user", "storage.object.upload_update", uploads.update),
  route("DELETE /object/:bucket", "user", "storage.object.delete_many", objects.removeMany),
  route("DELETE /object/:bucket/*", "user", "storage.object.delete", objects.remove),

  route(
    "GET /render/image/authenticated/:bucket/*",
    "user",
    "storage.render.image_authenticated",
    render.own,
  ),
  route("GET /render/image/public/:bucket/*", "anyone", "storage.render.image_public", render.open),
  route("GET /render/image/sign/:bucket/*", "anyone", "storage.render.image_sign", render.signed),
];
