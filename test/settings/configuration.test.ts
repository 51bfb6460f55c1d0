import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readConfiguration } from "../../settings/configuration.js";
import { ConfigurationError, type Mistake } from "../../components/mistakes.js";
import { schema } from "../../settings/schema.js";

type Tree = Record<string, unknown>;

/** Values as Pulumi hands them over. */
const values = (tree: Tree): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      `sobertube:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );

const read = (tree: Tree, localFile?: string) =>
  readConfiguration({ project: "sobertube", stack: "dev", values: values(tree), localFile });

function mistakesOf(tree: Tree, localFile?: string): readonly Mistake[] {
  try {
    read(tree, localFile);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("a configuration", () => {
  it("is complete without a single key", () => {
    expect(read({}).configuration).toMatchObject({
      domain: "sobertube.local",
      exposure: "gateway",
      data: "protected",
    });
  });

  it("has in Pulumi.yaml the defaults that the program has", () => {
    const project = parse(readFileSync("Pulumi.yaml", "utf8")) as {
      config: Record<string, { default: unknown; description?: string }>;
    };
    const defaults = Object.fromEntries(
      Object.entries(project.config).map(([key, entry]) => [key, entry.default]),
    );
    expect(Object.keys(defaults).sort()).toEqual(Object.keys(schema.shape).sort());
    expect(schema.parse(defaults)).toEqual(schema.parse({}));
    expect(Object.values(project.config).every(({ description }) => (description ?? "").length > 20)).toBe(
      true,
    );
  });

  it.each(["dev", "prod"])("of the committed %s stack is valid", (stack) => {
    const file = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Tree };
    const tree = Object.fromEntries(
      Object.entries(file.config).map(([key, value]) => [key.replace("sobertube:", ""), value]),
    );
    expect(() => read(tree)).not.toThrow();
  });
});

describe("a wrong value is named with its key, its value and what was expected:", () => {
  const cases: [name: string, tree: Tree, key: string, value: string, expected: RegExp][] = [
    [
      "a word outside a choice",
      { exposure: "everything" },
      "exposure",
      '"everything"',
      /one of gateway, services/,
    ],
    ["a domain of one label", { domain: "localhost" }, "domain", '"localhost"', /at least two labels/],
    [
      "a domain that would leave its directive",
      { domain: "a.b; root /" },
      "domain",
      '"a.b; root /"',
      /DNS name/,
    ],
    ["a long prefix", { prefix: "a-very-long-prefix" }, "prefix", '"a-very-long-prefix"', /1 to 12/],
    [
      "a public subnet",
      { network: { subnet: "8.8.8.0/24" } },
      "network.subnet",
      '"8.8.8.0/24"',
      /10\.0\.0\.0/,
    ],
    [
      "a subnet that begins elsewhere",
      { network: { subnet: "172.16.0.7/24" } },
      "network.subnet",
      '"172.16.0.7/24"',
      /172\.16\.0\.0\/24/,
    ],
    [
      "a subnet without room for four",
      { network: { subnet: "192.168.255.0/24" } },
      "network.subnet",
      '"192.168.255.0/24"',
      /four consecutive/,
    ],
    ["a subnet that is none", { network: { subnet: "office" } }, "network.subnet", '"office"', /CIDR/],
    ["an object that is none", { network: "172.16.0.0/24" }, "network", '"172.16.0.0/24"', /object/],
    ["a port as a word", { ports: { rest: "3000" } }, "ports.rest", '"3000"', /between 1 and 65535/],
    ["a port given twice", { ports: { rest: 4000 } }, "ports.rest", "4000", /realtime has 4000/],
    ["a port beyond the last", { ports: { offset: 60000 } }, "ports.api", "68000", /between 1 and 65535/],
    [
      "an origin with a path",
      { gateway: { cors: { origins: ["https://a.b/x"] } } },
      "gateway.cors.origins.0",
      '"https://a.b/x"',
      /without a path/,
    ],
    [
      "an open and a closed origin",
      { gateway: { cors: { origins: ["*", "https://a.b"] } } },
      "gateway.cors.origins",
      '["*","https://a.b"]',
      /\* alone/,
    ],
    ["an address that is none", { gateway: { bind: "eth0" } }, "gateway.bind", '"eth0"', /IP address/],
    ["an unknown key", { exposre: "gateway" }, "exposre", '"gateway"', /one of domain, prefix/],
    ["an unknown nested key", { gateway: { tsl: "on" } }, "gateway.tsl", '"on"', /a key that gateway has/],
    [
      "an image of an unknown service",
      { imageOverrides: { kong: "kong:3" } },
      "imageOverrides.kong",
      '"kong:3"',
      /a key that/,
    ],
    [
      "mail without a sender",
      { mail: { smtp: { host: "mx", port: 25 } } },
      "mail.smtp.from",
      "not set",
      /address that mail comes from/,
    ],
    ["a generation of zero", { generations: { jwt: 0 } }, "generations.jwt", "0", /Too small|>=1|from 1/],
    [
      "pools that are too large in several containers",
      { services: { rest: { instances: 3 } } },
      "database.pools",
      '113 connections together ({"rest":20,"auth":10,"storage":15,"realtime":15,"functions":10,"monitor":3}, in containers {"rest":3})',
      /90 at most/,
    ],
    [
      "several containers of a service that keeps state",
      { services: { redis: { instances: 2 } } },
      "services.redis.instances",
      "2",
      /a key that services.redis has/,
    ],
    [
      "no containers at all",
      { services: { rest: { instances: 0 } } },
      "services.rest.instances",
      "0",
      /from 1 to 9/,
    ],
    [
      "a range that is none",
      { gateway: { allow: ["10.0.0.0/33"] } },
      "gateway.allow.0",
      '"10.0.0.0/33"',
      /CIDR/,
    ],
    [
      "a name for a range",
      { gateway: { trustedProxies: ["proxy; deny all"] } },
      "gateway.trustedProxies.0",
      '"proxy; deny all"',
      /CIDR/,
    ],
    [
      "limits that are neither off nor numbers",
      { gateway: { limits: "on" } },
      "gateway.limits",
      '"on"',
      /off, or numbers/,
    ],
    [
      "a limit of no requests",
      { gateway: { limits: { signIn: 0 } } },
      "gateway.limits.signIn",
      "0",
      /in a minute, from 1/,
    ],
    [
      "a drain time of no time",
      { gateway: { drainSeconds: 0 } },
      "gateway.drainSeconds",
      "0",
      /seconds from 10/,
    ],
    ["another firewall mode", { gateway: { waf: "on" } }, "gateway.waf", '"on"', /off, detect, block/],
    [
      "pools larger than the server",
      { database: { maxConnections: 60 } },
      "database.pools",
      '73 connections together ({"rest":20,"auth":10,"storage":15,"realtime":15,"functions":10,"monitor":3})',
      /^50 at most: maxConnections 60 less 10$/,
    ],
    [
      "a provider that there is not",
      { auth: { providers: { myspace: { clientId: "a", secret: "b" } } } },
      "auth.providers.myspace",
      '{"clientId":"a","secret":"[secret]"}',
      /one of apple, azure/,
    ],
    [
      "a provider without its secret",
      { auth: { providers: { google: { clientId: "a" } } } },
      "auth.providers.google.secret",
      "not set",
      /secret that the provider gave out/,
    ],
    [
      "a site that is no URL",
      { auth: { siteUrl: "example.org" } },
      "auth.siteUrl",
      '"example.org"',
      /absolute URL/,
    ],
    [
      "a redirect that would be two",
      { auth: { redirectUrls: ["https://a.b,https://c.d"] } },
      "auth.redirectUrls.0",
      '"https://a.b,https://c.d"',
      /absolute URL/,
    ],
    ["a file size of nothing", { storage: { fileSizeLimit: 0 } }, "storage.fileSizeLimit", "0", /bytes/],
    [
      "a service that there is not",
      { services: { kong: { env: {} } } },
      "services.kong",
      '{"env":{}}',
      /a key that/,
    ],
    [
      "a variable's name that is none",
      { services: { auth: { env: { "A-B": "c" } } } },
      "services.auth.env.A-B",
      "[secret]",
      /letters, digits and underscores/,
    ],
    [
      "a folder that there is not",
      { functions: { folder: "nowhere" } },
      "functions.folder",
      "nowhere",
      /a folder/,
    ],
    [
      "an exception without a reason",
      { guard: { level: "production", exceptions: [{ rule: "open-cors", reason: "" }] } },
      "guard.exceptions.0.reason",
      '""',
      /reason/,
    ],
  ];

  it.each(cases)("%s", (_, tree, key, value, expected) => {
    const found = mistakesOf(tree).find((mistake) => mistake.key === key);
    expect(found).toMatchObject({ key, value });
    expect(found?.expected).toMatch(expected);
    expect(found?.fix).not.toBe("");
  });

  it("that the platform sets itself, for every service at once and without its value", () => {
    const mistakes = mistakesOf({
      auth: { providers: { google: { clientId: "a", secret: "b" } } },
      services: {
        auth: { env: { GOTRUE_SITE_URL: "hunter2", GOTRUE_EXTERNAL_GOOGLE_SECRET: "hunter2", FREE: "1" } },
        rest: { env: { PGRST_DB_POOL: "4" } },
      },
    });
    expect(mistakes.map(({ key }) => key)).toEqual([
      "services.rest.env.PGRST_DB_POOL",
      "services.auth.env.GOTRUE_SITE_URL",
      "services.auth.env.GOTRUE_EXTERNAL_GOOGLE_SECRET",
    ]);
    expect(JSON.stringify(mistakes)).not.toContain("hunter2");
  });

  it("all at once", () => {
    const keys = mistakesOf({ exposure: "x", images: "y", network: { subnet: "z" }, wrong: 1 }).map(
      ({ key }) => key,
    );
    expect(keys.sort()).toEqual(["exposure", "images", "network.subnet", "wrong"]);
  });

  it("but never what may be a secret", () => {
    const [variable] = mistakesOf({ services: { auth: { env: { TOKEN: ["hidden"] } } } });
    expect(variable).toMatchObject({ key: "services.auth.env.TOKEN", value: "[secret]" });
  });

  it("and never a secret", () => {
    const [mistake] = mistakesOf({ mail: { smtp: { host: "mx", port: 25, from: "a@b.org", secret: 42 } } });
    expect(mistake).toMatchObject({ key: "mail.smtp.secret", value: "[secret]" });
  });
});

describe("guard: production", () => {
  const unsafe = {
    exposure: "services",
    images: "local",
    data: "disposable",
    gateway: { http: "serve", csp: "relaxed", cors: { origins: ["*"] } },
  };

  it("refuses each unsafe value", () => {
    const keys = mistakesOf({ ...unsafe, guard: "production" }).map(({ key }) => key);
    expect(keys).toEqual([
      "exposure",
      "gateway.http",
      "gateway.cors.origins",
      "gateway.csp",
      "gateway.waf",
      "images",
      "mail",
      "data",
    ]);
  });

  it("lets an exception with its reason pass, and nothing else", () => {
    const exceptions = [{ rule: "local-images", reason: "this host reaches no registry" }];
    const keys = mistakesOf({ ...unsafe, guard: { level: "production", exceptions } }).map(({ key }) => key);
    expect(keys).not.toContain("images");
    expect(keys).toContain("data");
  });

  it("refuses an exception to a rule that there is not", () => {
    const exceptions = [{ rule: "local-image", reason: "this host reaches no registry" }];
    expect(mistakesOf({ guard: { level: "off", exceptions } })[0]).toMatchObject({
      key: "guard.exceptions",
      value: '"local-image"',
    });
  });

  it("refuses a file of this machine's own", () => {
    const safe = {
      mail: { smtp: { host: "mx.org", port: 25, from: "a@b.org" } },
      gateway: { waf: "detect" },
      guard: "production",
    };
    expect(mistakesOf(safe)).toEqual([]);
    expect(mistakesOf(safe, "ports: { rest: 3333 }")).toMatchObject([
      { key: "settings.local.yaml", value: '["ports.rest"]' },
    ]);
  });
});

describe("settings.local.yaml", () => {
  it("overrides single keys inside an object", () => {
    const { configuration, localKeys } = read(
      { ports: { offset: 100, grafana: 3333 } },
      "ports: { offset: 200 }",
    );
    expect(configuration.ports).toEqual({ offset: 200, grafana: 3333 });
    expect(localKeys).toEqual(["ports.offset"]);
  });

  it("is where a mistake in it is to be mended", () => {
    expect(mistakesOf({}, "exposure: none")[0]?.fix).toBe("edit exposure in settings.local.yaml");
    expect(mistakesOf({ exposure: "none" })[0]?.fix).toContain("pulumi config set --path 'exposure'");
  });

  it.each(["- a list", "a: [", "just words"])("that is no table is refused: %s", (text) => {
    expect(mistakesOf({}, text)[0]).toMatchObject({ key: "settings.local.yaml" });
  });

  it("may be empty", () => {
    expect(read({}, "# nothing yet\n").localKeys).toEqual([]);
  });
});
