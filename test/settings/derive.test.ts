import { readConfiguration } from "../../settings/configuration.js";
import { derive, leafNames } from "../../settings/derive.js";

const settings = (values: Record<string, unknown> = {}) =>
  derive(
    readConfiguration({
      project: "p",
      stack: "dev",
      values: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          `p:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    }),
  );

describe("settings", () => {
  it("are SoberTube's own without any key", () => {
    const { urls, network, hosts } = settings();
    expect(urls).toEqual({
      frontend: "https://sobertube.local",
      api: "https://api.sobertube.local:8000",
      apiHttp: "http://localhost:8080",
    });
    expect(network).toMatchObject({ name: "sobertube_network", bridge: "sobertube0" });
    expect(hosts.auth).toBe("auth.sobertube.local");
  });

  it("follow the domain, the prefix and the offset everywhere", () => {
    const { urls, network, published, gateway } = settings({
      domain: "example.org",
      prefix: "blue",
      ports: { offset: 10_000, api: 9443 },
      exposure: "services",
    });
    expect(urls).toEqual({
      frontend: "https://example.org:10443",
      api: "https://api.example.org:9443",
      apiHttp: "http://localhost:18080",
    });
    expect(network).toMatchObject({ name: "blue_network", bridge: "blue0" });
    expect(published.rest).toEqual({ bind: "127.0.0.1", port: 13000, url: "http://localhost:13000" });
    expect(gateway.cors.origins).toEqual(["https://example.org:10443"]);
  });

  it("send captured mail to Inbucket, and other mail where it belongs", () => {
    expect(settings({ domain: "example.org" }).mail).toEqual({
      host: "inbucket",
      port: 2500,
      from: "noreply@example.org",
      senderName: "example.org",
    });
    const smtp = { host: "mx.example.org", port: 587, user: "u", secret: "s", from: "a@example.org" };
    expect(settings({ domain: "example.org", mail: { smtp } }).mail).toEqual({
      ...smtp,
      senderName: "example.org",
    });
  });

  it("send users back to the frontend, unless told another place", () => {
    const { auth } = settings({ domain: "example.org" });
    expect(auth).toMatchObject({ siteUrl: "https://example.org", redirectUrls: ["https://example.org/**"] });
    const own = { siteUrl: "https://app.example.org", redirectUrls: ["myapp://welcome"] };
    expect(settings({ auth: own }).auth).toMatchObject(own);
  });

  it("carry a service's further variables as text", () => {
    const services = { auth: { env: { GOTRUE_LOG_LEVEL: "debug", GOTRUE_PASSWORD_MIN_LENGTH: 12 } } };
    expect(settings({ services }).extraEnv).toEqual({
      auth: { GOTRUE_LOG_LEVEL: "debug", GOTRUE_PASSWORD_MIN_LENGTH: "12" },
    });
  });

  it("publish the gateway alone, unless services are exposed", () => {
    expect(Object.keys(settings().published)).toEqual(["https", "http", "api", "apiHttp"]);
    expect(Object.keys(settings({ gateway: { http: "off" } }).published)).toEqual(["https", "http", "api"]);
    expect(Object.keys(settings({ exposure: "services" }).published)).toContain("rest");
  });

  it("give each leaf its names of the networking guide, and this machine's own", () => {
    const leaves = leafNames(settings().hosts);
    expect(Object.fromEntries(Object.entries(leaves).map(([leaf, { dns }]) => [leaf, dns]))).toEqual({
      server: ["sobertube.local", "*.sobertube.local", "localhost"],
      api: ["api.sobertube.local", "localhost"],
      auth: ["auth.sobertube.local", "localhost"],
      storage: ["storage.sobertube.local", "localhost"],
      realtime: ["realtime.sobertube.local", "localhost"],
    });
    expect(Object.values(leaves).every(({ ip }) => ip.join() === "127.0.0.1,::1")).toBe(true);
  });
});
