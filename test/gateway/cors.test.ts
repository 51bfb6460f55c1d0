import { corsHeaders, corsMaps, hideUpstreamCors, preflight } from "../../components/gateway/cors.js";
import type { GatewayModel } from "../../components/gateway/model.js";
import { render } from "../../components/gateway/nginx.js";
import { argsOf, devModel, mapped, parse, prodModel } from "../support/nginx.js";

const allowed = (model: GatewayModel, origin: string): string =>
  mapped(parse(render(corsMaps(model))), "$cors_origin", origin);

const headers = (model: GatewayModel): Record<string, string> =>
  Object.fromEntries(
    argsOf(parse(render(corsHeaders(model))), "add_header").map(([name = "", value = ""]) => [name, value]),
  );

describe("an origin", () => {
  it.each(prodModel.origins)("that is listed is allowed: %s", (origin) => {
    expect(allowed(prodModel, origin)).toBe(origin);
  });

  it.each([
    "",
    "null",
    "https://evil.example",
    "http://sobertube.local",
    "https://sobertube.local:8443",
    "https://sobertube.local.evil.example",
    "https://evilsobertube.local",
    "https://admin.sobertube.local",
    "https://sobertubexlocal",
    "https://sobertube.local/",
  ])("that only resembles a listed one is not: %j", (origin) => {
    expect(allowed(prodModel, origin)).toBe("");
  });

  it("is never compared as a pattern", () => {
    const keys = parse(render(corsMaps(prodModel)))[0]?.children ?? [];
    expect(keys.map(({ name }) => name)).toEqual(["default", ...prodModel.origins]);
  });

  it("may be any where `*` is set, and the answer says so literally", () => {
    for (const origin of ["", "https://evil.example"]) expect(allowed(devModel, origin)).toBe("*");
  });
});

describe("the CORS headers", () => {
  it("vary by origin exactly where the answer does", () => {
    expect(headers(prodModel).Vary).toBe("Origin");
    expect(headers(devModel)).not.toHaveProperty("Vary");
  });

  it("never allow credentials", () => {
    for (const model of [devModel, prodModel])
      expect(headers(model)).not.toHaveProperty("Access-Control-Allow-Credentials");
  });

  it("stand on errors too", () => {
    for (const args of argsOf(parse(render(corsHeaders(prodModel))), "add_header"))
      expect(args[2]).toBe("always");
  });

  it("let a page read the request's id", () => {
    expect(headers(prodModel)["Access-Control-Expose-Headers"]).toContain("X-Request-Id");
  });

  it.each(["GET", "POST", "HEAD"])(
    "tell what a preflight allows to a preflight alone, not to %s",
    (method) => {
      const maps = parse(render(corsMaps(prodModel)));
      for (const variable of ["$cors_methods", "$cors_headers", "$cors_max_age"]) {
        expect(mapped(maps, variable, method)).toBe("");
        expect(mapped(maps, variable, "OPTIONS")).not.toBe("");
      }
    },
  );

  it("of a service are hidden, every one that the gateway sends itself", () => {
    const hidden = argsOf(hideUpstreamCors, "proxy_hide_header").map(([name]) => name);
    const own = Object.keys(headers(devModel));
    expect(hidden).toEqual(expect.arrayContaining(own));
    expect(hidden).toContain("Access-Control-Allow-Credentials");
  });
});

it("a preflight is answered with 204 and no other method is", () => {
  expect(preflight.args.join(" ")).toBe("($request_method = OPTIONS )");
  expect(preflight.children).toEqual([{ name: "return", args: ["204"] }]);
});
