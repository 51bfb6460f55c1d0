import type { Directive } from "../../components/gateway/nginx.js";
import { type HttpMode, loopbackNames } from "../../components/gateway/model.js";
import { render } from "../../components/gateway/nginx.js";
import { servers } from "../../components/gateway/servers.js";
import { argsOf, findBlock, parse, prodModel } from "../support/nginx.js";

/** Servers of one container port; the default server's `listen` says so. */
function on(port: number, http: HttpMode): { known: Directive[]; unknown: Directive[] } {
  const all = parse(render(servers({ ...prodModel, http })));
  const listening = all.filter(({ children = [] }) => argsOf(children, "listen")[0]?.[0] === String(port));
  const isDefault = ({ children = [] }: Directive): boolean =>
    argsOf(children, "listen")[0]?.includes("default_server") === true;
  return {
    known: listening.filter((one) => !isDefault(one)).flatMap(({ children = [] }) => children),
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
      expect(argsOf(on(port, http).unknown, "return")).toEqual([["444"]]);
    for (const port of [443, 8000]) expect(argsOf(on(port, http).unknown, "return")).toEqual([["421"]]);
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

describe("the frontend", () => {
  const { known } = on(443, "redirect");

  it("serves files, and its page for paths that are no files", () => {
    expect(argsOf(known, "root")).toEqual([["frontend"]]);
    expect(argsOf(findBlock(known, "location", "/"), "try_files")).toEqual([
      ["$uri", "$uri/", "/index.html"],
    ]);
  });

  it("keeps the server's headers where it adds its own", () => {
    expect(argsOf(findBlock(known, "location", "/"), "add_header_inherit")).toEqual([["merge"]]);
    expect(argsOf(known, "add_header").map(([name]) => name)).toContain("Content-Security-Policy");
  });
});
