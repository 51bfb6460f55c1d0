import { keyMaps } from "../../components/gateway/keys.js";
import { renderNginx } from "../../components/gateway/main.js";
import { render } from "../../components/gateway/nginx.js";
import { proxyDirectives } from "../../components/gateway/proxy.js";
import { pathMaps, surfaceLocations } from "../../components/gateway/routes.js";
import { supabaseRoutes } from "../../components/gateway/supabase.js";
import { surfaces } from "../../components/gateway/surfaces.js";
import { upstreams } from "../../components/gateway/upstreams.js";
import { argsOf, findAll, findBlock, mapped, parse, prodModel } from "../support/nginx.js";

describe("the key of a request", () => {
  const maps = parse(render(keyMaps(prodModel)));

  it("is the header's, or else the query's", () => {
    expect(mapped(maps, "$api_key", "")).toBe("$arg_apikey");
    expect(mapped(maps, "$api_key", "anything")).toBe("$http_apikey");
  });

  it("stands for the query's role where there is none in the header", () => {
    expect(mapped(maps, "$api_role", "")).toBe("$query_role");
    expect(mapped(maps, "$query_role", "")).toBe("");
  });

  describe.each(["$api_role", "$query_role"])("as %s", (role) => {
    it("stands for a role", () => {
      expect(mapped(maps, role, prodModel.keys.anon)).toBe("anon");
      expect(mapped(maps, role, prodModel.keys.serviceRole)).toBe("service_role");
    });

    it.each([
      "default",
      "header",
      "header.anon.signatur",
      "header.anon.signature ",
      "headerXanonXsignature",
      "HEADER.ANON.SIGNATURE",
    ])("%j stands for none", (key) => {
      expect(mapped(maps, role, key)).toBe("");
    });
  });

  it("becomes the Authorization only where the client sent none", () => {
    expect(mapped(maps, "$authorization", "")).toBe("$key_authorization");
    expect(mapped(maps, "$key_authorization", "anon")).toBe("Bearer $api_key");
    expect(mapped(maps, "$key_authorization", "")).toBe("");
    expect(mapped(maps, "$authorization", "Bearer user")).toBe("$http_authorization");
  });
});

describe("the raw URI without a key", () => {
  const maps = parse(render(pathMaps(prodModel)));

  it("is the raw URI itself where the query has none, without a look at any pattern", () => {
    expect(mapped(maps, "$keyless_uri", "")).toBe("$request_uri");
    expect(mapped(maps, "$keyless_uri", "a.key")).toBe("$uri_without_key");
  });
});

describe("a route", () => {
  const [api] = surfaces(prodModel);
  const locations = parse(render(api === undefined ? [] : surfaceLocations(prodModel, api)));

  it("answers preflights first and then asks for a key, before anything is passed on", () => {
    for (const { args } of locations.filter(({ name }) => name === "location")) {
      const [first, second, third] = findBlock(locations, "location", ...args).filter(
        ({ name }) => name === "if",
      );
      expect(first?.args).toEqual(["($request_method", "=", "OPTIONS", ")"]);
      expect(second).toMatchObject({ name: "if", args: ["($api_role", "=", "", ")"] });
      expect(second?.children).toEqual([{ name: "return", args: ["401"] }]);
      expect(third?.children).toEqual([{ name: "return", args: ["404"] }]);
    }
  });

  it("begins at a whole segment of the path", () => {
    expect(argsOf(locations, "location")).toEqual([["/rest/v1/"], ["/graphql/v1/"], ["/auth/v1/"]]);
  });

  it.each([
    ["/rest/v1/drink", "/drink"],
    ["/rest/v1/", "/"],
    ["/rest/v1/a%2Fb/c?select=*&x=%20", "/a%2Fb/c?select=*&x=%20"],
    ["/rest/v1//double", "//double"],
    ["/rest/v1", ""],
    ["/REST/v1/drink", ""],
    ["/auth/v1/../rest/v1/drink", ""],
    ["/x/rest/v1/drink", ""],
    ["/rest/v10/drink", ""],
  ])("hands %s on as %j, byte by byte", (uri, path) => {
    const map = parse(render(pathMaps(prodModel))).find(({ args: [, variable] }) =>
      variable?.endsWith("rest_v1_"),
    );
    expect(map?.args).toEqual(["$keyless_uri", "$target_api_prefix_rest_v1_"]);
    const [fallback, { name: pattern = "", args: [target] = [] } = {}] = map?.children ?? [];
    const [[group, rest] = []] = Object.entries(new RegExp(pattern.slice(1)).exec(uri)?.groups ?? {});
    if (group !== undefined) expect(target).toBe(`/$${group}`);
    expect(rest === undefined ? fallback?.args[0] : `/${rest}`).toBe(path);
  });

  it("shares its service's pool with the service's other routes", () => {
    const pools = parse(render(upstreams(prodModel)));
    expect(pools.map(({ args }) => args[0])).toEqual(["rest", "auth"]);
    expect(locations.flatMap(({ children = [] }) => argsOf(children, "proxy_pass").flat())).toEqual([
      "http://rest$target_api_prefix_rest_v1_",
      "http://rest$target_api_prefix_graphql_v1_",
      "http://auth$target_api_prefix_auth_v1_",
    ]);
  });

  it("finds its service while nginx runs", () => {
    const pool = findBlock(parse(render(upstreams(prodModel))), "upstream", "auth");
    expect(argsOf(pool, "server")).toEqual([["auth:9999", "resolve", "max_fails=0"]]);
    expect(argsOf(pool, "zone")).toEqual([["auth", "128k"]]);
  });

  it("leaves a failing instance out for a while, where there are others", () => {
    const pools = parse(render(upstreams({ ...prodModel, instances: { rest: 3 } })));
    const [[, ...rest] = []] = argsOf(findBlock(pools, "upstream", "rest"), "server");
    expect(rest).toEqual(["resolve", "max_fails=1", "fail_timeout=5s"]);
    expect(argsOf(findBlock(pools, "upstream", "auth"), "server")[0]).toContain("max_fails=0");
  });

  it("tells the service who asks, and takes no word of it from the client", () => {
    expect(argsOf(proxyDirectives, "proxy_set_header")).toEqual(
      expect.arrayContaining([
        ["Authorization", "$authorization"],
        ["Host", "$host"],
        ["X-Real-IP", "$remote_addr"],
        ["X-Forwarded-For", "$remote_addr"],
        ["X-Forwarded-Proto", "$scheme"],
        ["X-Request-Id", "$request_id"],
      ]),
    );
  });
});

it("a location that sets one header for its service sets all the usual ones, or it would lose them", () => {
  const routes = supabaseRoutes({ tenant: "realtime" });
  const configuration = parse(renderNginx({ ...prodModel, routes }, ""));
  const usual = argsOf(proxyDirectives, "proxy_set_header").map(([name]) => name);
  const own = findAll(configuration, "location")
    // A check of health passes none of the client's headers on.
    .filter(({ children = [] }) => argsOf(children, "proxy_pass_request_headers").length === 0)
    .map(({ children = [] }) => argsOf(children, "proxy_set_header").map(([name]) => name))
    .filter((names) => names.length > 0);
  expect(own.length).toBeGreaterThan(3);
  for (const names of own) expect(names).toEqual(expect.arrayContaining(usual));
});
