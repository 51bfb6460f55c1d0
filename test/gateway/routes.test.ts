import { jsonErrors } from "../../components/gateway/errors.js";
import { keyMaps } from "../../components/gateway/keys.js";
import { renderNginx } from "../../components/gateway/main.js";
import { render } from "../../components/gateway/nginx.js";
import { proxyDirectives } from "../../components/gateway/proxy.js";
import { apiLocations, pathMaps, upstreams } from "../../components/gateway/routes.js";
import { supabaseRoutes } from "../../components/gateway/supabase.js";
import { argsOf, findAll, findBlock, mapped, parse, prodModel } from "../support/nginx.js";

describe("the key of a request", () => {
  const maps = parse(render(keyMaps(prodModel)));

  it("is the header's, or else the query's", () => {
    expect(mapped(maps, "$api_key", "")).toBe("$arg_apikey");
    expect(mapped(maps, "$api_key", "anything")).toBe("$http_apikey");
  });

  it("stands for a role", () => {
    expect(mapped(maps, "$api_role", prodModel.keys.anon)).toBe("anon");
    expect(mapped(maps, "$api_role", prodModel.keys.serviceRole)).toBe("service_role");
  });

  it.each([
    "",
    "default",
    "header",
    "header.anon.signatur",
    "header.anon.signature ",
    "headerXanonXsignature",
    "HEADER.ANON.SIGNATURE",
  ])("%j stands for none", (key) => {
    expect(mapped(maps, "$api_role", key)).toBe("");
  });

  it("becomes the Authorization only where the client sent none", () => {
    expect(mapped(maps, "$authorization", "")).toBe("$key_authorization");
    expect(mapped(maps, "$key_authorization", "anon")).toBe("Bearer $api_key");
    expect(mapped(maps, "$key_authorization", "")).toBe("");
    expect(mapped(maps, "$authorization", "Bearer user")).toBe("$http_authorization");
  });
});

describe("a route", () => {
  const locations = parse(render(apiLocations(prodModel)));

  it("answers preflights first and then asks for a key, before anything is passed on", () => {
    for (const { args } of locations.filter(({ name }) => name === "location")) {
      const [first, second, third] = findBlock(locations, "location", ...args);
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
    const [, map] = parse(render(pathMaps(prodModel)));
    expect(map?.args).toEqual(["$keyless_uri", "$target_prefix_rest_v1_"]);
    const [fallback, { name: pattern = "", args: [target] = [] } = {}] = map?.children ?? [];
    const [[group, rest] = []] = Object.entries(new RegExp(pattern.slice(1)).exec(uri)?.groups ?? {});
    if (group !== undefined) expect(target).toBe(`/$${group}`);
    expect(rest === undefined ? fallback?.args[0] : `/${rest}`).toBe(path);
  });

  it("shares its service's pool with the service's other routes", () => {
    const pools = parse(render(upstreams(prodModel)));
    expect(pools.map(({ args }) => args[0])).toEqual(["rest", "auth"]);
    expect(locations.flatMap(({ children = [] }) => argsOf(children, "proxy_pass").flat())).toEqual([
      "http://rest$target_prefix_rest_v1_",
      "http://rest$target_prefix_graphql_v1_",
      "http://auth$target_prefix_auth_v1_",
    ]);
  });

  it("finds its service while nginx runs", () => {
    const pool = findBlock(parse(render(upstreams(prodModel))), "upstream", "auth");
    expect(argsOf(pool, "server")).toEqual([["auth:9999", "resolve", "max_fails=0"]]);
    expect(argsOf(pool, "zone")).toEqual([["auth", "64k"]]);
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
    .map(({ children = [] }) => argsOf(children, "proxy_set_header").map(([name]) => name))
    .filter((names) => names.length > 0);
  expect(own.length).toBeGreaterThan(3);
  for (const names of own) expect(names).toEqual(expect.arrayContaining(usual));
});

describe("an error of the gateway's own", () => {
  const errors = parse(render(jsonErrors));

  it.each(["400", "401", "403", "404", "413", "414", "502", "503", "504"])(
    "%s is JSON with the request's id",
    (status) => {
      expect(argsOf(errors, "error_page")).toContainEqual([status, `@error_${status}`]);
      const location = findBlock(errors, "location", `@error_${status}`);
      expect(argsOf(location, "default_type")).toEqual([["application/json"]]);
      const [[code, body = ""] = []] = argsOf(location, "return");
      expect(code).toBe(status);
      expect(JSON.parse(body)).toEqual({
        message: expect.stringMatching(/^[A-Z]/) as string,
        request_id: "$request_id",
      });
    },
  );

  it("holds no header of its own, which would cost it the server's", () => {
    expect(JSON.stringify(errors)).not.toContain("add_header");
  });
});
