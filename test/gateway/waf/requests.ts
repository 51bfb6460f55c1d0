// Requests as Supabase's clients and browsers send them, one of every kind.

export interface RecordedRequest {
  readonly id: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the characters of the body stand for. @default "utf8" */
  readonly encoding?: "latin1";
}

const segment = (text: string): string => Buffer.from(text).toString("base64url");
const jwt = (payload: object): string =>
  [segment('{"alg":"HS256","typ":"JWT"}'), segment(JSON.stringify(payload)), segment("0".repeat(32))].join(
    ".",
  );

/** Keys of the gateway that the requests are sent to. */
export const keys = {
  anon: jwt({ iss: "supabase", role: "anon", iat: 1760000000, exp: 2075360000 }),
  serviceRole: jwt({ iss: "supabase", role: "service_role", iat: 1760000000, exp: 2075360000 }),
};
const userToken = jwt({
  aud: "authenticated",
  sub: "5f3b2c1e-8a4d-4c0b-9f6e-2d7a1b3c4d5e",
  email: "ada@example.org",
  session_id: "0d9c8b7a-6f5e-4d3c-8b1a-0f9e8d7c6b5a",
  user_metadata: { name: "Ada Lovelace", avatar_url: "https://example.org/a.png?size=64" },
});

const chrome =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** What supabase-js sends from a browser. */
const browser: Readonly<Record<string, string>> = {
  accept: "*/*",
  "accept-encoding": "gzip, deflate, br, zstd",
  "accept-language": "en-GB,en;q=0.9,de;q=0.8",
  apikey: keys.anon,
  authorization: `Bearer ${userToken}`,
  connection: "keep-alive",
  origin: "https://sobertube.local",
  referer: "https://sobertube.local/",
  "sec-ch-ua": '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
  "sec-ch-ua-mobile": "?0",
  "sec-ch-ua-platform": '"Linux"',
  "sec-fetch-dest": "empty",
  "sec-fetch-mode": "cors",
  "sec-fetch-site": "same-site",
  "user-agent": chrome,
  "x-client-info": "supabase-js-web/2.109.0",
};
/** What it sends from Node.js. */
const server: Readonly<Record<string, string>> = {
  accept: "*/*",
  "accept-encoding": "gzip, deflate",
  "accept-language": "*",
  apikey: keys.serviceRole,
  authorization: `Bearer ${keys.serviceRole}`,
  connection: "keep-alive",
  "sec-fetch-mode": "cors",
  "user-agent": "node",
  "x-client-info": "supabase-js-node/2.109.0",
};

type Headers = Readonly<Record<string, string>>;

const get = (id: string, target: string, headers: Headers = {}): RecordedRequest => ({
  ...{ id, target, method: "GET" },
  headers: { ...browser, "accept-profile": "public", ...headers },
});

const json = (
  id: string,
  method: string,
  target: string,
  body: unknown,
  headers: Headers = {},
): RecordedRequest => ({
  ...{ id, method, target, body: JSON.stringify(body) },
  headers: { ...browser, "content-type": "application/json", ...headers },
});

const raw = (
  id: string,
  method: string,
  target: string,
  type: string,
  body: string,
  headers: Headers = {},
): RecordedRequest => ({
  ...{ id, method, target, body, encoding: "latin1" },
  headers: { ...browser, "content-type": type, ...headers },
});

const preflight = (id: string, target: string, method: string, asked: string): RecordedRequest => ({
  ...{ id, target, method: "OPTIONS" },
  headers: {
    accept: "*/*",
    "access-control-request-headers": asked,
    "access-control-request-method": method,
    origin: "https://sobertube.local",
    "sec-fetch-mode": "cors",
    "user-agent": chrome,
  },
});

const query = (parameters: Readonly<Record<string, string>>): string =>
  new URLSearchParams(parameters).toString();

const rest: readonly RecordedRequest[] = [
  get("rest-select-all", "/rest/v1/posts?select=*"),
  get(
    "rest-select-columns",
    `/rest/v1/posts?${query({ select: "id,title,created_at", order: "created_at.desc", limit: "20" })}`,
  ),
  get(
    "rest-eq-uuid",
    `/rest/v1/profiles?${query({ select: "*", id: "eq.5f3b2c1e-8a4d-4c0b-9f6e-2d7a1b3c4d5e" })}`,
  ),
  get(
    "rest-embed",
    `/rest/v1/posts?${query({ select: "id,title,author:profiles!posts_author_id_fkey(id,username),comments(count)" })}`,
  ),
  get(
    "rest-or",
    `/rest/v1/posts?${query({ select: "*", or: "(title.ilike.*sober*,body.ilike.*sober*,and(likes.gte.10,likes.lt.100))" })}`,
  ),
  get("rest-in", `/rest/v1/posts?${query({ select: "*", status: 'in.("draft","in review",published)' })}`),
  get(
    "rest-json-arrow",
    `/rest/v1/posts?${query({ select: "id,meta->tags,meta->>lang", "meta->>lang": "eq.en" })}`,
  ),
  get(
    "rest-text-search",
    `/rest/v1/posts?${query({ select: "id", body: "wfts(english).day one and counting" })}`,
  ),
  get("rest-contains", `/rest/v1/posts?${query({ select: "*", tags: 'cs.{"health","self-care"}' })}`),
  get(
    "rest-range-type",
    `/rest/v1/meetings?${query({ select: "*", during: "ov.[2026-01-01 00:00,2026-02-01 00:00)" })}`,
  ),
  get(
    "rest-not-null",
    `/rest/v1/posts?${query({ select: "id", deleted_at: "is.null", published: "not.is.null" })}`,
  ),
  get("rest-ilike-quote", `/rest/v1/profiles?${query({ select: "*", name: "ilike.%O'Brien%" })}`),
  get(
    "rest-timestamp",
    `/rest/v1/posts?${query({ select: "id", created_at: "gte.2026-01-01T00:00:00.000+02:00" })}`,
  ),
  get("rest-range-header", "/rest/v1/posts?select=id", {
    range: "0-24",
    "range-unit": "items",
    prefer: "count=exact",
  }),
  get("rest-object", "/rest/v1/posts?select=*&id=eq.7", { accept: "application/vnd.pgrst.object+json" }),
  get("rest-csv", "/rest/v1/posts?select=*", { accept: "text/csv" }),
  { ...get("rest-head-count", "/rest/v1/posts?select=*", { prefer: "count=exact" }), method: "HEAD" },
  get("rest-rpc-get", "/rest/v1/rpc/streak?user_id=5f3b2c1e-8a4d-4c0b-9f6e-2d7a1b3c4d5e"),
  get("rest-openapi", "/rest/v1/", server),
  json("rest-rpc", "POST", "/rest/v1/rpc/search_posts", { query: "how do I sleep better?", limit: 10 }),
  json(
    "rest-insert",
    "POST",
    "/rest/v1/posts?select=*",
    { title: "Day 100 :)", body: "I didn't drink & I feel great! <3" },
    { prefer: "return=representation" },
  ),
  json(
    "rest-upsert",
    "POST",
    "/rest/v1/profiles?on_conflict=id",
    [{ id: 1, name: "Zoë", bio: "Line one\nLine two; done -- really" }],
    { prefer: "resolution=merge-duplicates" },
  ),
  json(
    "rest-bulk",
    "POST",
    `/rest/v1/events?${query({ columns: '"kind","at","note"' })}`,
    Array.from({ length: 50 }, (_, n) => ({
      kind: "check-in",
      at: `2026-03-01T08:${String(n).padStart(2, "0")}:00Z`,
      note: `Note ${String(n)}: ok`,
    })),
    { prefer: "missing=default" },
  ),
  json("rest-update", "PATCH", "/rest/v1/posts?id=eq.7", {
    title: "Updated: select your group, from Monday",
    likes: 12,
  }),
  json("rest-put", "PUT", "/rest/v1/settings?user_id=eq.1", { user_id: 1, theme: "dark" }),
  { ...get("rest-delete", "/rest/v1/posts?id=eq.7", { prefer: "return=minimal" }), method: "DELETE" },
  raw(
    "rest-csv-insert",
    "POST",
    "/rest/v1/events",
    "text/csv",
    'kind,note\ncheck-in,"first, quiet day"\ncall,second\n',
  ),
  json("rest-nested-json", "POST", "/rest/v1/documents", {
    meta: { tags: ["a", "b"], links: [{ href: "https://example.org/path?x=1&y=2" }] },
    raw: null,
  }),
  json("rest-markdown", "POST", "/rest/v1/posts", {
    body: "# Title\n\n* one\n* two\n\n[link](https://example.org/a_(b))\n\n`npm install`",
  }),
];

const graphql: readonly RecordedRequest[] = [
  json("graphql-query", "POST", "/graphql/v1", {
    query:
      "query Posts($first: Int!) {\n  postsCollection(first: $first, orderBy: [{created_at: DescNullsLast}]) {\n    edges { node { id title } }\n  }\n}",
    variables: { first: 10 },
    operationName: "Posts",
  }),
  json("graphql-mutation", "POST", "/graphql/v1", {
    query:
      'mutation {\n  insertIntopostsCollection(objects: [{title: "Hello"}]) {\n    records { id }\n  }\n}',
  }),
  json("graphql-introspection", "POST", "/graphql/v1", {
    query:
      "query IntrospectionQuery { __schema { queryType { name } types { ...FullType } } } fragment FullType on __Type { kind name }",
  }),
];

const callback = "https://sobertube.local/auth/callback?next=%2Fgroups%2F7";

const auth: readonly RecordedRequest[] = [
  json("auth-signup", "POST", `/auth/v1/signup?${query({ redirect_to: callback })}`, {
    email: "ada+test@example.org",
    password: "c0rrect horse; battery' staple--",
    data: { name: "Ada O'Neil" },
    gotrue_meta_security: { captcha_token: null },
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "s256",
  }),
  json("auth-password", "POST", "/auth/v1/token?grant_type=password", {
    email: "ada@example.org",
    password: "1' or '1'='1' -- ;<script>$(id)",
  }),
  json("auth-password-sql", "POST", "/auth/v1/token?grant_type=password", {
    email: "ada@example.org",
    password: "x' UNION SELECT * FROM y; -- /etc/passwd",
  }),
  json("auth-refresh", "POST", "/auth/v1/token?grant_type=refresh_token", {
    refresh_token: "v1.MjAyNi0wMy0wMVQ-fZ_k",
  }),
  json("auth-pkce", "POST", "/auth/v1/token?grant_type=pkce", {
    auth_code: "0d9c8b7a-6f5e-4d3c-8b1a-0f9e8d7c6b5a",
    code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  }),
  json("auth-id-token", "POST", "/auth/v1/token?grant_type=id_token", {
    provider: "google",
    id_token: userToken,
    nonce: "n-0S6_WzA2Mj",
  }),
  json("auth-otp", "POST", `/auth/v1/otp?${query({ redirect_to: callback })}`, {
    email: "ada@example.org",
    create_user: true,
  }),
  json("auth-otp-phone", "POST", "/auth/v1/otp", { phone: "+4915112345678", channel: "sms" }),
  json("auth-verify", "POST", "/auth/v1/verify", {
    type: "email",
    email: "ada@example.org",
    token: "483920",
  }),
  get(
    "auth-verify-link",
    `/auth/v1/verify?${query({ token: "pkce_3f8a9b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e", type: "signup", redirect_to: callback })}`,
    { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8" },
  ),
  json("auth-recover", "POST", `/auth/v1/recover?${query({ redirect_to: "sobertube://reset" })}`, {
    email: "ada@example.org",
  }),
  get("auth-user", "/auth/v1/user", { "x-supabase-api-version": "2024-01-01" }),
  json("auth-update-user", "PUT", "/auth/v1/user", {
    password: "$(reboot) `id` && cat /etc/shadow",
    data: { bio: "I'm fine; thanks" },
  }),
  get(
    "auth-authorize",
    `/auth/v1/authorize?${query({ provider: "github", redirect_to: "http://localhost:3000/auth/callback", scopes: "read:user user:email", code_challenge_method: "s256", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" })}`,
  ),
  json("auth-otp-localhost", "POST", `/auth/v1/otp?${query({ redirect_to: "http://localhost:3000/" })}`, {
    email: "ada@example.org",
  }),
  get(
    "auth-verify-localhost",
    `/auth/v1/verify?${query({ token: "3f8a9b7c6d5e", type: "recovery", redirect_to: "http://127.0.0.1:3000/" })}`,
  ),
  get(
    "auth-authorize-address",
    `/auth/v1/authorize?${query({ provider: "github", redirect_to: "http://127.0.0.1:3000/" })}`,
  ),
  get(
    "auth-callback",
    `/auth/v1/callback?${query({ code: "4/0AeanS0b-x_Y", state: userToken, scope: "email profile https://www.googleapis.com/auth/userinfo.profile openid", authuser: "0", prompt: "consent" })}`,
  ),
  get(
    "auth-callback-error",
    `/auth/v1/callback?${query({ error: "access_denied", error_description: "The user has denied your application access." })}`,
  ),
  raw(
    "auth-saml",
    "POST",
    "/auth/v1/sso/saml/acs",
    "application/x-www-form-urlencoded",
    query({
      SAMLResponse: Buffer.from('<samlp:Response ID="_1"><saml:Assertion/></samlp:Response>').toString(
        "base64",
      ),
      RelayState: "5f3b2c1e",
    }),
  ),
  raw(
    "auth-apple-callback",
    "POST",
    "/auth/v1/callback",
    "application/x-www-form-urlencoded",
    query({
      state: userToken,
      code: "c1a2.0.abcd.EFgh",
      user: '{"name":{"firstName":"Ada","lastName":"L"},"email":"a@example.org"}',
    }),
  ),
  { ...json("auth-logout", "POST", "/auth/v1/logout?scope=global", {}), body: undefined },
  get("auth-settings", "/auth/v1/settings"),
  get("auth-jwks", "/auth/v1/.well-known/jwks.json"),
  json(
    "auth-admin-invite",
    "POST",
    "/auth/v1/invite",
    { email: "new@example.org", data: { role: "moderator" } },
    server,
  ),
  get("auth-admin-users", "/auth/v1/admin/users?page=1&per_page=50", server),
  json("auth-mfa", "POST", "/auth/v1/factors/0d9c8b7a-6f5e-4d3c-8b1a-0f9e8d7c6b5a/verify", {
    challenge_id: "5f3b2c1e-8a4d-4c0b-9f6e-2d7a1b3c4d5e",
    code: "123456",
  }),
  get("auth-large-cookies", "/auth/v1/user", {
    cookie: Array.from(
      { length: 4 },
      (_, n) =>
        `sb-sobertube-auth-token.${String(n)}=base64-${segment(`{"access_token":"${userToken}"}`.repeat(2))}`,
    ).join("; "),
  }),
];

const form = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW";
const formBody = (name: string, type: string, content: string, field = ""): string =>
  [
    "------WebKitFormBoundary7MA4YWxkTrZu0gW",
    'Content-Disposition: form-data; name="cacheControl"',
    "",
    "3600",
    "------WebKitFormBoundary7MA4YWxkTrZu0gW",
    `Content-Disposition: form-data; name="${field}"; filename="${name}"`,
    `Content-Type: ${type}`,
    "",
    content,
    "------WebKitFormBoundary7MA4YWxkTrZu0gW--",
    "",
  ].join("\r\n");
const binary = Array.from({ length: 512 }, (_, n) => String.fromCharCode((n * 7) % 256)).join("");
const signature =
  "AWS4-HMAC-SHA256 Credential=0123456789abcdef/20260301/local/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
const tus: Headers = { "tus-resumable": "1.0.0", "x-upsert": "true" };

const storage: readonly RecordedRequest[] = [
  raw(
    "storage-upload-form",
    "POST",
    "/storage/v1/object/avatars/ada/photo.png",
    form,
    formBody("photo.png", "image/png", binary),
  ),
  raw(
    "storage-upload-sql",
    "POST",
    "/storage/v1/object/backups/dump.sql",
    form,
    formBody(
      "dump.sql",
      "application/sql",
      "SELECT * FROM users; DROP TABLE x; -- <script>alert(1)</script>",
    ),
  ),
  raw("storage-upload-raw", "PUT", "/storage/v1/object/videos/clip.mp4", "video/mp4", binary, {
    "x-upsert": "true",
    "cache-control": "max-age=3600",
  }),
  raw(
    "storage-upload-octets",
    "POST",
    "/storage/v1/object/files/data.bin",
    "application/octet-stream",
    binary,
  ),
  raw(
    "storage-upload-html",
    "POST",
    "/storage/v1/object/files/page.html",
    "text/html",
    "<!doctype html><script>alert(document.cookie)</script>",
  ),
  raw(
    "storage-upload-spaces",
    "POST",
    "/storage/v1/object/files/My%20holiday%20(1)%20%26%20more.jpg",
    "image/jpeg",
    binary,
  ),
  json("storage-list", "POST", "/storage/v1/object/list/avatars", {
    prefix: "ada/",
    limit: 100,
    offset: 0,
    sortBy: { column: "name", order: "asc" },
    search: "",
  }),
  json("storage-sign", "POST", "/storage/v1/object/sign/avatars/ada/photo.png", {
    expiresIn: 3600,
    transform: { width: 200 },
  }),
  json("storage-move", "POST", "/storage/v1/object/move", {
    bucketId: "avatars",
    sourceKey: "a b.png",
    destinationKey: "c/d.png",
  }),
  json("storage-copy", "POST", "/storage/v1/object/copy", {
    bucketId: "avatars",
    sourceKey: "a.png",
    destinationKey: "b.png",
  }),
  json("storage-remove", "DELETE", "/storage/v1/object/avatars", {
    prefixes: ["ada/photo.png", "ada/O'Brien.png"],
  }),
  json(
    "storage-bucket",
    "POST",
    "/storage/v1/bucket",
    { id: "avatars", name: "avatars", public: true, allowed_mime_types: ["image/*"] },
    server,
  ),
  get("storage-public", "/storage/v1/object/public/avatars/ada/photo.png", {
    accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
  }),
  get("storage-signed", `/storage/v1/object/sign/avatars/ada/photo.png?token=${userToken}`),
  get("storage-download", "/storage/v1/object/public/files/My%20holiday%20(1).jpg?download=My+holiday.jpg"),
  get("storage-download-sql", "/storage/v1/object/authenticated/backups/dump.sql"),
  get(
    "storage-render",
    `/storage/v1/render/image/public/avatars/ada/photo.png?${query({ width: "200", height: "200", resize: "cover", quality: "80", format: "origin" })}`,
  ),
  get("storage-range", "/storage/v1/object/public/videos/clip.mp4", { range: "bytes=0-1023" }),
  {
    id: "storage-tus-create",
    method: "POST",
    target: "/storage/v1/upload/resumable",
    headers: {
      ...browser,
      ...tus,
      "upload-length": "512",
      "upload-metadata": "bucketName YXZhdGFycw==,objectName YWRhL3Bob3RvLnBuZw==,contentType aW1hZ2UvcG5n",
      "content-length": "0",
    },
  },
  raw(
    "storage-tus-patch",
    "PATCH",
    "/storage/v1/upload/resumable/YXZhdGFycy9hZGEvcGhvdG8ucG5nLzE",
    "application/offset+octet-stream",
    binary,
    { ...tus, "upload-offset": "0" },
  ),
  {
    id: "storage-tus-head",
    method: "HEAD",
    target: "/storage/v1/upload/resumable/YXZhdGFycy9hZGEvcGhvdG8ucG5nLzE",
    headers: { ...browser, ...tus },
  },
  raw(
    "storage-signed-upload",
    "PUT",
    `/storage/v1/object/upload/sign/avatars/a.png?token=${userToken}`,
    form,
    formBody("a.png", "image/png", binary),
  ),
  {
    id: "storage-s3-get",
    method: "GET",
    target: "/storage/v1/s3/avatars/ada/photo.png",
    headers: {
      authorization: signature,
      "user-agent": "aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#20.19.43 api/s3#3.1169.0",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-date": "20260301T080000Z",
    },
  },
  raw("storage-s3-put", "PUT", "/storage/v1/s3/avatars/ada/photo.png?x-id=PutObject", "image/png", binary, {
    authorization: signature,
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    "x-amz-date": "20260301T080000Z",
  }),
  {
    id: "storage-s3-list",
    method: "GET",
    target: "/storage/v1/s3/avatars?list-type=2&prefix=ada%2F&delimiter=%2F",
    headers: {
      authorization: signature,
      "user-agent": "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux#6.1",
      "x-amz-date": "20260301T080000Z",
    },
  },
  {
    id: "storage-s3-presigned",
    method: "GET",
    target: `/storage/v1/s3/avatars/a.png?${query({ "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": "0123456789abcdef/20260301/local/s3/aws4_request", "X-Amz-Date": "20260301T080000Z", "X-Amz-Expires": "900", "X-Amz-SignedHeaders": "host", "X-Amz-Signature": "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7" })}`,
    headers: { "user-agent": "curl/8.14.1", accept: "*/*" },
  },
  raw(
    "storage-s3-multipart",
    "POST",
    "/storage/v1/s3/avatars/big.bin?uploadId=abc.def-123",
    "application/xml",
    '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><ETag>"d41d8"</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
    { authorization: signature },
  ),
];

const socket: Headers = {
  connection: "Upgrade",
  origin: "https://sobertube.local",
  "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
  upgrade: "websocket",
  "user-agent": chrome,
};

const realtime: readonly RecordedRequest[] = [
  {
    id: "realtime-socket",
    method: "GET",
    target: `/realtime/v1/websocket?apikey=${keys.anon}&eventsPerSecond=10&vsn=1.0.0`,
    headers: socket,
  },
  json("realtime-broadcast", "POST", "/realtime/v1/api/broadcast", {
    messages: [
      { topic: "room:1", event: "chat", payload: { text: "Don't worry; it's fine" }, private: false },
    ],
  }),
  get("realtime-health", "/realtime/v1/health"),
];

const functions: readonly RecordedRequest[] = [
  json("functions-json", "POST", "/functions/v1/hello", { name: "Ada" }),
  get("functions-get", "/functions/v1/hello?name=Ada"),
  raw("functions-text", "POST", "/functions/v1/hello", "text/plain;charset=UTF-8", "Hello there, it's me"),
  raw("functions-octets", "POST", "/functions/v1/hello", "application/octet-stream", binary),
  raw(
    "functions-form",
    "POST",
    "/functions/v1/hello",
    form,
    formBody("a.txt", "text/plain", "hello", "file"),
  ),
  raw(
    "functions-urlencoded",
    "POST",
    "/functions/v1/slack",
    "application/x-www-form-urlencoded",
    query({
      token: "gIkuvaNzQIHg97ATvDxqgjtO",
      command: "/sober",
      text: "94 days",
      response_url: "https://hooks.example.org/commands/1234/5678",
    }),
  ),
  json(
    "functions-webhook",
    "POST",
    "/functions/v1/stripe",
    {
      id: "evt_1",
      type: "invoice.paid",
      data: { object: { amount: 1200, lines: { url: "/v1/invoices/in_1/lines" } } },
    },
    {
      "stripe-signature": "t=1760000000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
    },
  ),
];

const preflights: readonly RecordedRequest[] = [
  preflight(
    "preflight-rest",
    "/rest/v1/posts?select=*",
    "GET",
    "accept-profile,apikey,authorization,x-client-info",
  ),
  preflight(
    "preflight-auth",
    `/auth/v1/signup?${query({ redirect_to: callback })}`,
    "POST",
    "apikey,authorization,content-type,x-client-info,x-supabase-api-version",
  ),
  preflight(
    "preflight-storage",
    "/storage/v1/object/files/My%20holiday%20(1).jpg",
    "POST",
    "apikey,authorization,x-client-info,x-upsert",
  ),
  preflight(
    "preflight-functions",
    "/functions/v1/hello",
    "POST",
    "apikey,authorization,content-type,x-client-info",
  ),
];

/** Ordinary requests of every kind of route. */
export const recordedRequests: readonly RecordedRequest[] = [
  ...[...rest, ...graphql, ...auth, ...storage],
  ...[...realtime, ...functions, ...preflights],
];
