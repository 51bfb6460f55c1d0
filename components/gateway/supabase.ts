// The paths under which clients of Supabase look for its services.
import type { Route, Upstream } from "./model.js";

const rest: Upstream = { name: "rest", port: 3000 };
const auth: Upstream = { name: "auth", port: 9999 };
const realtime: Upstream = { name: "realtime", port: 4000 };
const storage: Upstream = { name: "storage", port: 5000 };
const functions: Upstream = { name: "edge-functions", port: 9000 };

/** Links in mail and an identity provider's redirects come without a key. */
const openAuthPaths = ["verify", "callback", "authorize", "sso/saml/acs", "sso/saml/metadata"];

/** Where secrets are guessed and mail is sent: few requests are enough for a person. */
const signInPaths = ["token", "signup", "otp", "magiclink", "recover", "resend", "invite"];

const authRoutes: readonly Route[] = [
  {
    ...{ match: "prefix", path: "/auth/v1/", upstream: auth, target: "/", access: "key" },
    traffic: "session",
  },
  ...openAuthPaths.map((path): Route => {
    const open = {
      match: "exact",
      upstream: auth,
      target: `/${path}`,
      access: "open",
      traffic: "session",
    } as const;
    return { ...open, path: `/auth/v1/${path}`, limit: path === "verify" ? "signIn" : "api" };
  }),
  ...signInPaths.map((path): Route => {
    const keyed = {
      match: "exact",
      upstream: auth,
      target: `/${path}`,
      access: "key",
      traffic: "session",
    } as const;
    return { ...keyed, path: `/auth/v1/${path}`, limit: "signIn" };
  }),
  ...[
    { path: "/auth/v1/.well-known/jwks.json", target: "/.well-known/jwks.json" },
    // RFC 8414 puts the well-known part before the issuer's path.
    {
      path: "/.well-known/oauth-authorization-server",
      target: "/.well-known/oauth-authorization-server",
    },
    {
      path: "/.well-known/oauth-authorization-server/auth/v1",
      target: "/.well-known/oauth-authorization-server",
    },
  ].map((paths): Route => ({ ...paths, match: "exact", upstream: auth, access: "open" })),
];

const restRoutes: readonly Route[] = [
  // The description of the whole schema.
  { match: "exact", path: "/rest/v1/", upstream: rest, target: "/", access: "service_role" },
  { match: "prefix", path: "/rest/v1/", upstream: rest, target: "/", access: "key" },
  {
    ...{ match: "exact", path: "/graphql/v1", upstream: rest, target: "/rpc/graphql", access: "key" },
    headers: { "Content-Profile": "graphql_public" },
  },
];

/** Realtime finds its tenant in the first label of Host, and a socket's key in a header before the query. */
const realtimeRoutes = (tenant: string): readonly Route[] => {
  const common = { upstream: realtime, headers: { Host: tenant, "x-api-key": "$api_key" } };
  return [
    {
      ...common,
      match: "prefix",
      path: "/realtime/v1/",
      target: "/socket/",
      access: "key",
      traffic: "websocket",
    },
    { ...common, match: "prefix", path: "/realtime/v1/api/", target: "/api/", access: "key" },
    { ...common, match: "exact", path: "/realtime/v1/health", target: "/healthcheck", access: "open" },
  ];
};

/** Storage checks tokens and S3 signatures itself: signed URLs come without a key. */
const storageRoute: Route = {
  ...{ match: "prefix", path: "/storage/v1/", upstream: storage, target: "/", access: "open" },
  traffic: "upload",
  limit: "storage",
  headers: { "X-Forwarded-Prefix": "/storage/v1" },
};

/** The functions' router checks tokens itself, as a function may be open. */
const functionsRoute: Route = {
  ...{ match: "prefix", path: "/functions/v1/", upstream: functions, target: "/", access: "open" },
  traffic: "function",
  limit: "functions",
  // The header is the gateway's to set, where there are keys that it stands for.
  headers: { Authorization: "$http_authorization", "sb-api-key": "" },
};

/** Every route of a Supabase API. */
export const supabaseRoutes = ({ tenant }: { readonly tenant: string }): readonly Route[] => [
  ...authRoutes,
  ...restRoutes,
  ...realtimeRoutes(tenant),
  storageRoute,
  functionsRoute,
];

/** Paths that manage tenants, the database or an agent's access, and that no key opens. */
export const supabaseBlocked = [
  "/realtime/v1/api/tenants",
  "/realtime/v1/api/openapi",
  "/pg/",
  "/mcp",
  "/api/mcp",
] as const;
