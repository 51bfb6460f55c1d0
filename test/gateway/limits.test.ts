import { limitZones, routeLimit, serverLimits } from "../../components/gateway/limits.js";
import { render } from "../../components/gateway/nginx.js";
import { supabaseRoutes } from "../../components/gateway/supabase.js";
import { argsOf, devModel, mapped, parse, prodModel } from "../support/nginx.js";

const zones = parse(render(limitZones(prodModel)));

it("each class of routes is counted by itself, for each client's address", () => {
  expect(argsOf(zones, "limit_req_zone")).toEqual([
    ["$binary_remote_addr", "zone=limit_api:10m", "rate=6000r/m"],
    ["$binary_remote_addr", "zone=limit_signIn:10m", "rate=60r/m"],
    ["$binary_remote_addr", "zone=limit_storage:10m", "rate=6000r/m"],
    ["$binary_remote_addr", "zone=limit_functions:10m", "rate=3000r/m"],
  ]);
});

it("a refusal is 429, by rate and by connections alike", () => {
  expect(argsOf(zones, "limit_req_status")).toEqual([["429"]]);
  expect(argsOf(zones, "limit_conn_status")).toEqual([["429"]]);
});

it("ten seconds' worth of requests may come at once", () => {
  const server = parse(render(serverLimits(prodModel)));
  expect(argsOf(server, "limit_req")).toEqual([["zone=limit_api", "burst=1000", "nodelay"]]);
  expect(argsOf(server, "limit_conn")).toEqual([["limit_connections", "200"]]);
  expect(argsOf(routeLimit(prodModel, "signIn"), "limit_req")).toEqual([
    ["zone=limit_signIn", "burst=10", "nodelay"],
  ]);
});

it("the answer tells the quota and its window, and when there is room again", () => {
  expect(mapped(zones, "$rate_limit_policy", "signIn")).toBe('"signIn";q=60;w=60');
  expect(mapped(zones, "$rate_limit_policy", "")).toBe("");
  const limits = { api: 6000, signIn: 7, storage: 1, functions: 3000, connections: 10 };
  const slow = parse(render(limitZones({ ...prodModel, limits })));
  expect(["api", "signIn", "storage"].map((kind) => mapped(slow, "$retry_after", kind))).toEqual([
    "1",
    "9",
    "60",
  ]);
});

it("every path on which secrets are guessed counts as signing in", () => {
  const strict = supabaseRoutes({ tenant: "realtime" }).filter(({ limit }) => limit === "signIn");
  expect(strict.map(({ path }) => path).sort()).toEqual(
    ["invite", "magiclink", "otp", "recover", "resend", "signup", "token", "verify"].map(
      (path) => `/auth/v1/${path}`,
    ),
  );
});

it("nothing is counted where limits are off", () => {
  expect([...limitZones(devModel), ...serverLimits(devModel), ...routeLimit(devModel, "signIn")]).toEqual([]);
});
