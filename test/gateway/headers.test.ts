import { hstsMap, renderCsp, securityHeaders } from "../../components/gateway/headers.js";
import { type GatewayModel, type HttpMode, loopbackNames } from "../../components/gateway/model.js";
import { render } from "../../components/gateway/nginx.js";
import { devModel, mapped, parse, prodModel } from "../support/nginx.js";

/** Header values of one surface by name, as nginx reads them. */
function headers(surface: "frontend" | "api", model: GatewayModel): Record<string, string> {
  const directives = parse(render(securityHeaders(surface, model)));
  for (const { name, args } of directives)
    expect([name, args.length, args[2]]).toEqual(["add_header", 3, "always"]);
  return Object.fromEntries(directives.map(({ args: [name = "", value = ""] }) => [name, value] as const));
}

/** A policy's sources by directive. */
function csp(surface: "frontend" | "api", model: GatewayModel): Record<string, string[]> {
  const policy = headers(surface, model)["Content-Security-Policy"] ?? "";
  const directives = policy.split("; ").map((one) => one.split(" "));
  return Object.fromEntries(directives.map(([name = "", ...sources]) => [name, sources] as const));
}

describe("Strict-Transport-Security", () => {
  const hsts = (http: HttpMode, host: string): string =>
    mapped(parse(render([hstsMap({ ...prodModel, http })])), "$hsts", host);

  it.each(["redirect", "off"] as const)("is sent for two years where HTTP is %s", (http) => {
    expect(hsts(http, "sobertube.local")).toBe("max-age=63072000; includeSubDomains");
    expect(hsts(http, "api.sobertube.local")).toBe("max-age=63072000; includeSubDomains");
  });

  it("is never sent while HTTP is served", () => {
    for (const host of ["sobertube.local", "api.sobertube.local", ...loopbackNames])
      expect(hsts("serve", host)).toBe("");
  });

  it.each(loopbackNames)("is never sent to %s", (host) => {
    for (const http of ["serve", "redirect", "off"] as const) expect(hsts(http, host)).toBe("");
  });

  it("is the map's value on every surface", () => {
    for (const surface of ["frontend", "api"] as const)
      expect(headers(surface, prodModel)["Strict-Transport-Security"]).toBe("$hsts");
  });
});

describe("the content security policy", () => {
  it("is written as names with their sources", () => {
    expect(renderCsp({ "default-src": ["'none'"], "img-src": ["'self'", "data:"], "block-all": [] })).toBe(
      "default-src 'none'; img-src 'self' data:; block-all",
    );
  });

  it("when strict allows no inline code, no eval, no wildcard and nothing that is not listed", () => {
    const policy = csp("frontend", prodModel);
    expect(policy["default-src"]).toEqual(["'none'"]);
    expect(Object.values(policy).flat()).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/unsafe|^\*$|^https?:$/)]),
    );
  });

  it("when strict lets the page speak to the API and its sockets", () => {
    expect(csp("frontend", prodModel)["connect-src"]).toEqual([
      "'self'",
      "https://api.sobertube.local:8000",
      "wss://api.sobertube.local:8000",
    ]);
  });

  it("when relaxed allows what development tools inject", () => {
    const policy = csp("frontend", devModel);
    expect(policy["script-src"]).toEqual(expect.arrayContaining(["'unsafe-inline'", "'unsafe-eval'"]));
    expect(policy["connect-src"]).toEqual(["*"]);
  });

  it.each([devModel, prodModel])(
    "never lets a page be framed, its base be moved or its forms leave",
    (model) => {
      const policy = csp("frontend", model);
      expect(policy["frame-ancestors"]).toEqual(["'none'"]);
      expect(policy["base-uri"]).toEqual(["'none'"]);
      expect(policy["form-action"]).toEqual(["'self'"]);
    },
  );

  it("of the API allows nothing at all, however relaxed the frontend is", () => {
    for (const model of [devModel, prodModel])
      expect(csp("api", model)).toEqual({ "default-src": ["'none'"], "frame-ancestors": ["'none'"] });
  });
});

describe("the other security headers", () => {
  it.each(["frontend", "api"] as const)("of the %s are OWASP's", (surface) => {
    expect(headers(surface, prodModel)).toMatchObject({
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "X-Permitted-Cross-Domain-Policies": "none",
    });
  });

  it("let other origins embed the API's answers and not the frontend's", () => {
    expect(headers("api", prodModel)["Cross-Origin-Resource-Policy"]).toBe("cross-origin");
    expect(headers("frontend", prodModel)["Cross-Origin-Resource-Policy"]).toBe("same-origin");
  });
});

describe("what an answer tells of the gateway's inside", () => {
  it("is which instance gave it and how long that took, where debug headers are shown", () => {
    expect(headers("api", { ...prodModel, debugHeaders: "shown" })).toMatchObject({
      "X-Upstream-Address": "$upstream_addr",
      "X-Upstream-Response-Time": "$upstream_response_time",
    });
  });

  it("is the request's id alone where they are hidden, and never anything on the frontend", () => {
    for (const [surface, model] of [
      ["api", { ...prodModel, debugHeaders: "hidden" }],
      ["frontend", { ...prodModel, debugHeaders: "shown" }],
    ] as const)
      expect(JSON.stringify(headers(surface, model))).not.toContain("$upstream");
    expect(headers("api", prodModel)["X-Request-Id"]).toBe("$request_id");
  });
});

describe("HTTP/3", () => {
  it("is announced at the port that clients reach, where it is on", () => {
    const on = { ...prodModel, http3: "on" } as const;
    expect(headers("frontend", on)["Alt-Svc"]).toBe('h3=":443"; ma=86400');
    expect(headers("api", on)["Alt-Svc"]).toBe('h3=":8000"; ma=86400');
    expect(headers("api", prodModel)).not.toHaveProperty("Alt-Svc");
  });
});
