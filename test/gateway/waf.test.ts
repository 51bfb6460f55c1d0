import { renderGeneration } from "../../components/gateway/generation.js";
import { renderNginx } from "../../components/gateway/main.js";
import { supabaseBlocked, supabaseRoutes } from "../../components/gateway/supabase.js";
import { exclusions, renderExclusion } from "../../components/gateway/waf/exclusions.js";
import { argsOf, findAll, parse, prodModel } from "../support/nginx.js";

const model = {
  ...{ ...prodModel, routes: supabaseRoutes({ tenant: "realtime" }), blocked: supabaseBlocked },
};
const rendered = (waf: "off" | "detect" | "block") => renderNginx({ ...model, waf }, "");

test("with the firewall off nothing of it is there, in nginx's configuration or beside it", () => {
  expect(rendered("off")).not.toMatch(/modsecurity|waf|ordinary/);
  const { files } = renderGeneration({ model, certificates: {}, frontend: {} });
  expect(Object.keys(files).filter((name) => name.startsWith("waf"))).toEqual([]);
});

test.each([
  ["detect", "DetectionOnly"],
  ["block", "On"],
] as const)("to %s is the engine %s", (waf, engine) => {
  const rules = findAll(parse(rendered(waf)), "modsecurity_rules").map(({ args: [text = ""] }) =>
    text.trim(),
  );
  expect(rules).toContain(`SecRuleEngine ${engine}`);
});

describe("every location that passes requests on", () => {
  const locations = findAll(parse(rendered("block")), "server")
    .filter(({ children = [] }) => argsOf(children, "if").flat().includes("($waf_way"))
    .flatMap(({ children = [] }) => children.filter(({ name }) => name === "location"))
    .filter(({ children = [] }) => argsOf(children, "proxy_pass").length > 0);
  const ordinary = locations.filter(({ args }) => args[args.length - 1]?.startsWith("/.ordinary/"));
  const others = locations.filter((location) => !ordinary.includes(location));

  it("meets the rules, or has them look at its requests without their bodies", () => {
    expect(others.length).toBeGreaterThan(20);
    for (const { children = [] } of others) {
      const streams = argsOf(children, "proxy_request_buffering").length > 0;
      expect(argsOf(children, "modsecurity")).toEqual(streams ? [] : [["on"]]);
      expect(argsOf(children, "auth_request")).toHaveLength(streams ? 1 : 0);
    }
  });

  it("is there once more without the rules, where no client comes by itself", () => {
    expect(ordinary).toHaveLength(others.length);
    for (const { children = [] } of ordinary) {
      expect(argsOf(children, "internal")).toEqual([[]]);
      expect(argsOf(children, "modsecurity")).toEqual([]);
    }
  });
});

test("every exclusion is written where its route is, and has a reason and requests", () => {
  const configuration = rendered("block");
  for (const exclusion of exclusions) {
    for (const line of renderExclusion(exclusion))
      expect(configuration).toContain(line.replaceAll('"', '\\"'));
    expect(exclusion.reason).not.toBe("");
    expect(exclusion.requests.length).toBeGreaterThan(0);
  }
});
