import type { Directive } from "../../components/gateway/nginx.js";
import { type HttpMode, loopbackNames, serviceHosts } from "../../components/gateway/model.js";
import { render } from "../../components/gateway/nginx.js";
import { supabaseBlocked, supabaseRoutes } from "../../components/gateway/supabase.js";
import { servers } from "../../components/gateway/servers.js";
import { argsOf, findBlock, parse, prodModel } from "../support/nginx.js";

/** Servers of one container port; the default server's `listen` says so. */
function on(
  port: number,
  http: HttpMode,
  all = parse(render(servers({ ...prodModel, http }))),
): { known: Directive[]; unknown: Directive[] } {
  const listening = all.filter(({ children = [] }) => argsOf(children, "listen")[0]?.[0] === String(port));
  const isDefault = ({ children = [] }: Directive): boolean =>
    argsOf(children, "listen")[0]?.includes("default_server") === true;
  const isOfTheMachine = ({ children = [] }: Directive): boolean =>
    argsOf(children, "server_name").flat().includes("localhost");
  return {
    known: listening.filter(isOfTheMachine).flatMap(({ children = [] }) => children),
    unknown: listening.filter(isDefault).flatMap(({ children = [] }) => children),
  };
}

const modes = ["serve", "redirect", "off"] as const;

describe("the API over plain HTTP", () => {
  it("when served answers as over HTTPS, but for the connection", () => {
    const connection = ["listen", "http2", "ssl_certificate", "ssl_certificate_key"];
    const rest = (port: number): Directive[] =>
      on(port, "serve").known.filter(({ name }) => !connection.includes(name));
    expect(rest(8080)).toEqual(rest(8000));
    expect(rest(8080).length).toBeGreaterThan(20);
  });

  it("when redirected answers health, and points everything else to HTTPS with method and body", () => {
    const { known } = on(8080, "redirect");
    expect(argsOf(known, "location")).toEqual([["=", "/health"], ["/"]]);
    expect(findBlock(known, "location", "/")).toEqual([
      { name: "set", args: ["$route", "redirect"] },
      { name: "return", args: ["308", "https://api.sobertube.local:8000$request_uri"] },
    ]);
  });

  it("when off is not there at all", () => {
    expect(on(8080, "off")).toEqual({ known: [], unknown: [] });
  });
});

describe.each(modes)("where HTTP is %s", (http) => {
  it("port 80 points to the frontend over HTTPS", () => {
    expect(findBlock(on(80, http).known, "location", "/")).toEqual([
      { name: "set", args: ["$route", "redirect"] },
      { name: "return", args: ["308", "https://sobertube.local$request_uri"] },
    ]);
  });

  it("both HTTPS ports speak TLS and HTTP/2 with a certificate of their own", () => {
    for (const [port, leaf] of [
      [443, "server"],
      [8000, "api"],
    ] as const)
      for (const server of Object.values(on(port, http))) {
        expect(argsOf(server, "listen")[0]).toContain("ssl");
        expect(argsOf(server, "http2")).toEqual([["on"]]);
        expect(argsOf(server, "ssl_certificate")).toEqual([[`certificates/${leaf}.crt`]]);
        expect(argsOf(server, "ssl_certificate_key")).toEqual([[`certificates/${leaf}.key`]]);
      }
  });

  it("a name that is not the platform's gets no content on any port", () => {
    for (const port of http === "off" ? [80] : [80, 8080])
      expect(findBlock(on(port, http).unknown, "location", "/")).toContainEqual({
        name: "return",
        args: ["444"],
      });
    for (const port of [443, 8000])
      expect(findBlock(on(port, http).unknown, "location", "/")).toContainEqual({
        name: "return",
        args: ["421"],
      });
  });

  it("every surface answers to its name and to the machine's own", () => {
    const names = { 80: "sobertube.local", 443: "sobertube.local", 8000: "api.sobertube.local" };
    for (const [port, name] of Object.entries(names))
      expect(argsOf(on(Number(port), http).known, "server_name")).toEqual([[name, ...loopbackNames]]);
  });

  it("a path that is no route is a 404", () => {
    expect(findBlock(on(8000, http).known, "location", "/")).toEqual([{ name: "return", args: ["404"] }]);
  });
});

describe("a service under a host name of its own", () => {
  const all = parse(
    render(servers({ ...prodModel, routes: supabaseRoutes({ tenant: "t" }), blocked: supabaseBlocked })),
  );
  const hostServer = (host: string): Directive[] =>
    all
      .find(({ children = [] }) => argsOf(children, "server_name").flat().join() === host)
      ?.children?.slice() ?? [];

  it.each(serviceHosts)("%s is on the browsers' port, with a certificate of its own", (host) => {
    const server = hostServer(`${host}.sobertube.local`);
    expect(argsOf(server, "listen")).toEqual([["443", "ssl"]]);
    expect(argsOf(server, "ssl_certificate")).toEqual([[`certificates/${host}.crt`]]);
  });

  it.each(serviceHosts)("%s has the API's routes without their prefix, and the same checks", (host) => {
    const checks = (directives: Directive[]): string[] =>
      argsOf(directives, "location").map((args) => {
        const path = args.at(-1) ?? "";
        const returns = findBlock(directives, "location", ...args)
          .filter(({ name }) => name === "if")
          .map(({ args: condition, children = [] }) => `${condition.join(" ")}${JSON.stringify(children)}`)
          .filter((text) => !text.includes("$target_"));
        return [path, ...returns].join(" ");
      });
    const prefix = `/${host}/v1`;
    const expected = checks(on(8000, "redirect", all).known)
      .filter((text) => text.startsWith(`${prefix}/`))
      .map((text) => text.slice(prefix.length));
    const own = checks(hostServer(`${host}.sobertube.local`)).filter((text) => !text.startsWith("/.errors/"));
    expect(expected.length).toBeGreaterThan(0);
    expect(own.sort()).toEqual(expected.sort());
  });

  it("tells storage no prefix that is not there", () => {
    const headers = argsOf(
      findBlock(hostServer("storage.sobertube.local"), "location", "/"),
      "proxy_set_header",
    );
    expect(headers).toContainEqual(["X-Forwarded-Prefix", ""]);
  });
});

describe("who reaches a server", () => {
  it("is everyone where no range is named", () => {
    expect(JSON.stringify(servers(prodModel))).not.toContain("$client_allowed");
  });

  it("is asked on every published port, and not inside the network", () => {
    const asked = servers({ ...prodModel, http: "serve", allow: ["10.1.0.0/16"] }).map(
      ({ children = [] }) => [
        argsOf(children, "listen")[0]?.slice(0, 1).join() ?? "",
        argsOf(children, "server_name").length,
        children.some(({ args }) => args.join(" ") === "($client_allowed = 0 )"),
      ],
    );
    const named = asked.filter(([, names]) => names === 1);
    expect(named.filter(([, , check]) => check !== true)).toEqual([["8001", 1, false]]);
    expect(named.length).toBe(8);
  });
});

describe("the frontend", () => {
  const { known } = on(443, "redirect");

  it("keeps the server's headers where it adds its own", () => {
    expect(argsOf(findBlock(known, "location", "/"), "add_header_inherit")).toEqual([["merge"]]);
    expect(argsOf(known, "add_header").map(([name]) => name)).toContain("Content-Security-Policy");
  });
});
