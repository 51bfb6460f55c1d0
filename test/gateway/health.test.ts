import {
  healthChecks,
  healthDirectives,
  includeState,
  statesLocations,
  upstreamsDocument,
} from "../../components/gateway/health.js";
import type { HealthCheck } from "../../components/gateway/model.js";
import { render } from "../../components/gateway/nginx.js";
import { supabaseHealth } from "../../components/gateway/supabase-health.js";
import { argsOf, findAll, findBlock, parse } from "../support/nginx.js";

const health: readonly HealthCheck[] = [
  { name: "rest", host: "rest", port: 3001, path: "/ready" },
  { name: "functions", host: "edge-functions", port: 9000, path: "/health" },
];
const checks = parse(render(healthChecks({ health })));

it("a service is found by its name while nginx runs, so that nginx starts before it", () => {
  const pool = findBlock(parse(render(healthDirectives({ health }))), "upstream", "health_functions");
  expect(argsOf(pool, "server")).toEqual([["edge-functions:9000", "resolve", "max_fails=0"]]);
  expect(argsOf(pool, "zone")).toHaveLength(1);
});

describe("the check of a service", () => {
  const check = findBlock(checks, "location", "=", "/checks/rest");

  it("asks on its own path, for one second", () => {
    expect(argsOf(check, "proxy_pass")).toEqual([["http://health_rest/ready"]]);
    for (const name of ["proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout"])
      expect(argsOf(check, name)).toEqual([["1s"]]);
  });

  it("passes nothing of the visitor's request on", () => {
    for (const name of ["proxy_pass_request_headers", "proxy_pass_request_body"])
      expect(argsOf(check, name)).toEqual([["off"]]);
    expect(argsOf(check, "proxy_set_header")).toEqual([["Host", "rest"]]);
  });

  it("is asked for its status alone: both words are the gateway's own", () => {
    expect(argsOf(check, "internal")).toEqual([[]]);
    const state = findBlock(checks, "location", "=", "/upstreams/rest");
    expect(argsOf(state, "auth_request")).toEqual([["/checks/rest"]]);
    expect(argsOf(state, "proxy_pass")).toEqual([]);
    expect(findAll(checks, "return").map(({ args }) => args)).toEqual([
      ["403"],
      ["200", "$state_up"],
      ["200", "$state_down"],
    ]);
  });
});

it("a state is remembered for five seconds, and asked for once at a time", () => {
  const states = findBlock(parse(render(statesLocations)), "location", "^~", "/upstreams/");
  expect(argsOf(states, "proxy_cache_valid")).toEqual([["200", "5s"]]);
  expect(argsOf(states, "proxy_cache_lock")).toEqual([["on"]]);
  expect(argsOf(states, "internal")).toEqual([[]]);
});

it("the document names every service, as JSON once the states are in", () => {
  const document = findBlock(parse(render(upstreamsDocument({ health }))), "location", "=", "/upstreams");
  const [, text = ""] = argsOf(document, "return")[0] ?? [];
  const filled = text.replaceAll(/<!--# include virtual="[^"]*" -->/g, "up");
  expect(JSON.parse(filled)).toEqual({ rest: "up", functions: "up" });
});

it("what a page includes is the state by its name", () => {
  expect(includeState("rest")).toBe('<!--# include virtual="/upstreams/rest?as=html" -->');
});

it("Supabase's services have names of their own that fit into a path, a command and a directive", () => {
  const names = supabaseHealth.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, path } of supabaseHealth) {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(path).toMatch(/^\/[a-z]+$/);
  }
});
