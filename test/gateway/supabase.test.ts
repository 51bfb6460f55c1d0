import type { Route } from "../../components/gateway/model.js";
import { render } from "../../components/gateway/nginx.js";
import { pathMaps, surfaceLocations } from "../../components/gateway/routes.js";
import { supabaseBlocked, supabaseRoutes } from "../../components/gateway/supabase.js";
import { surfaces } from "../../components/gateway/surfaces.js";
import { argsOf, findBlock, mapped, parse, prodModel } from "../support/nginx.js";

const model = {
  ...prodModel,
  routes: supabaseRoutes({ tenant: "realtime" }),
  blocked: supabaseBlocked,
  uploadLimit: 1000,
};
const [api] = surfaces(model);
if (api === undefined) throw new Error("there is no API");
const locations = parse(render(surfaceLocations(model, api)));
const maps = parse(render(pathMaps(model)));

/** The route that nginx takes: an exact one, or else the one with the longest path. */
function routeOf(path: string): Route | undefined {
  const exact = model.routes.find((route) => route.match === "exact" && route.path === path);
  const prefixes = model.routes.filter((route) => route.match === "prefix" && path.startsWith(route.path));
  return exact ?? prefixes.sort((a, b) => b.path.length - a.path.length)[0];
}

/** Where a request ends, and who may make it. */
function served(uri: string): string {
  const [path = ""] = uri.split("?");
  const route = routeOf(path);
  if (route === undefined) return "nowhere";
  const variable = `$target_api_${route.match}${route.path.replaceAll(/[^a-z0-9]+/g, "_")}`;
  const group = /\$(left_\w+)$/.exec(mapped(maps, variable, uri))?.[1] ?? "";
  const pattern = findBlock(maps, "map", "$keyless_uri", variable).find(({ name }) => name.startsWith("~"));
  const rest = new RegExp(pattern?.name.slice(1) ?? "").exec(uri)?.groups?.[group] ?? "";
  const { name, port } = route.upstream;
  return `${name}:${String(port)}${mapped(maps, variable, uri).replace(`$${group}`, rest)} ${route.access}`;
}

it.each([
  ["/auth/v1/verify?token=a&type=signup", "auth:9999/verify?token=a&type=signup open"],
  ["/auth/v1/callback?code=a", "auth:9999/callback?code=a open"],
  ["/auth/v1/authorize?provider=google", "auth:9999/authorize?provider=google open"],
  ["/auth/v1/.well-known/jwks.json", "auth:9999/.well-known/jwks.json open"],
  ["/auth/v1/sso/saml/acs", "auth:9999/sso/saml/acs open"],
  ["/auth/v1/sso/saml/metadata", "auth:9999/sso/saml/metadata open"],
  ["/.well-known/oauth-authorization-server", "auth:9999/.well-known/oauth-authorization-server open"],
  [
    "/.well-known/oauth-authorization-server/auth/v1",
    "auth:9999/.well-known/oauth-authorization-server open",
  ],
  ["/auth/v1/verifyx", "auth:9999/verifyx key"],
  ["/auth/v1/token?grant_type=password", "auth:9999/token?grant_type=password key"],
  ["/rest/v1/", "rest:3000/ service_role"],
  ["/rest/v1/drink?select=*", "rest:3000/drink?select=* key"],
  ["/graphql/v1", "rest:3000/rpc/graphql key"],
  ["/realtime/v1/websocket?vsn=2.0.0", "realtime:4000/socket/websocket?vsn=2.0.0 key"],
  ["/realtime/v1/api/broadcast", "realtime:4000/api/broadcast key"],
  ["/realtime/v1/health", "realtime:4000/healthcheck open"],
  ["/storage/v1/object/public/a/b%2Fc.png", "storage:5000/object/public/a/b%2Fc.png open"],
  ["/functions/v1/hello", "edge-functions:9000/hello open"],
  ["/graphiql", "nowhere"],
  ["/", "nowhere"],
])("%s is served by %s", (uri, expected) => {
  expect(served(uri)).toBe(expected);
});

it.each(supabaseBlocked)("%s is refused whatever key is shown", (path) => {
  const location = findBlock(locations, "location", path);
  expect(argsOf(location, "return")).toEqual([["403"]]);
  expect(argsOf(location, "proxy_pass")).toEqual([]);
});

it("the schema's description asks for the service's key, after any key at all", () => {
  const checks = findBlock(locations, "location", "=", "/rest/v1/").filter(({ name }) => name === "if");
  expect(checks.map(({ args, children = [] }) => [args.join(" "), argsOf(children, "return")])).toEqual([
    ["($request_method = OPTIONS )", [["204"]]],
    ["($api_role =  )", [["401"]]],
    ["($api_role != service_role )", [["403"]]],
    ["($target_api_exact_rest_v1_ =  )", [["404"]]],
  ]);
});

const headersOf = (...location: string[]): Record<string, string> =>
  Object.fromEntries(
    argsOf(findBlock(locations, "location", ...location), "proxy_set_header").map(
      ([name = "", value = ""]) => [name, value],
    ),
  );

it("a socket is upgraded, stays for an hour and finds its tenant and key in headers", () => {
  const location = findBlock(locations, "location", "/realtime/v1/");
  expect(headersOf("/realtime/v1/")).toMatchObject({
    Host: "realtime",
    "x-api-key": "$api_key",
    Upgrade: "$http_upgrade",
    Connection: "$connection_upgrade",
  });
  expect(argsOf(location, "proxy_read_timeout")).toEqual([["3600s"]]);
});

it("a file goes through unbuffered up to its limit, and storage learns the path it is served under", () => {
  const location = findBlock(locations, "location", "/storage/v1/");
  expect(argsOf(location, "client_max_body_size")).toEqual([[String(1000 + 1024 ** 2)]]);
  expect(argsOf(location, "proxy_request_buffering")).toEqual([["off"]]);
  expect(headersOf("/storage/v1/")).toMatchObject({
    "X-Forwarded-Prefix": "/storage/v1",
    "X-Forwarded-Port": "$forwarded_port",
    Authorization: "$authorization",
  });
});

it("a function gets the caller's own Authorization and longer than any function may run", () => {
  expect(headersOf("/functions/v1/").Authorization).toBe("$http_authorization");
  expect(argsOf(findBlock(locations, "location", "/functions/v1/"), "proxy_read_timeout")).toEqual([
    ["410s"],
  ]);
});
