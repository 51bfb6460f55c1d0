import { setTimeout } from "node:timers/promises";
import { supabaseHealth } from "../../components/gateway/supabase-health.js";
import { landingPage } from "../../landing/page.js";
import { ask } from "../support/client.js";
import { TestBrowser } from "../support/browser.js";
import { backgroundOf, leastContrast, overflow } from "../support/in-page.js";
import { docker, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { image, TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { hosts, urls } = prodModel;

/** A service whose every answer is `status`, with markup that must never reach a page. */
const service = (name: string, port: number, status: number) => {
  const answer = `access_log /dev/stdout; location / { return ${String(status)} "<i>inlined</i>"; }`;
  const configuration = `events {} http { server { listen ${String(port)}; ${answer} } }`;
  const start = `printf '%s' '${configuration}' >/tmp/nginx.conf; exec nginx -c /tmp/nginx.conf -g 'daemon off;'`;
  return { name, networksAdvanced: [{ aliases: [name] }], entrypoints: ["sh", "-c", start] };
};

describe("the platform's own page", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  let browser: TestBrowser;
  let rest: string;

  beforeAll(async () => {
    sandbox = new Sandbox("landing");
    rest = sandbox.start(image, service("rest", 3001, 200));
    sandbox.start(image, service("auth", 9999, 500));
    gateway = await TestGateway.start(sandbox);
    const page = landingPage({ domain: hosts.frontend, urls });
    await gateway.serve(gateway.generation(page, { health: supabaseHealth }));
    browser = await TestBrowser.start({
      hosts: { [`${hosts.frontend}:443`]: gateway.port("https") },
      certificates: [gateway.certificates.leaves["server"]?.certificate ?? ""],
    });
  });
  afterAll(async () => {
    await browser.close();
    sandbox.remove();
  });

  const get = (path: string, method = "GET") =>
    ask("https", gateway.port("https"), path, {
      ca: gateway.certificates.ca,
      host: hosts.frontend,
      method,
    });
  const states = { Database: "up", "Sign-in": "down", Realtime: "down", Storage: "down", Functions: "down" };
  const sizes = [
    { width: 360, height: 740 },
    { width: 768, height: 1024 },
    { width: 1280, height: 900 },
  ];

  it.each([true, false])("shows every service and its state (JavaScript: %s)", async (javaScriptEnabled) => {
    const { page, complaints } = await browser.open(urls.frontend, { javaScriptEnabled });
    const rows = page.getByRole("row");
    for (const [name, state] of Object.entries(states)) {
      const row = rows.filter({ has: page.getByRole("rowheader", { name, exact: true }) });
      expect([name, await row.getByRole("cell").last().innerText()]).toEqual([name, state]);
      expect(await row.getByRole("cell").first().innerText()).toContain(`${urls.api}/`);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("is styled by its own stylesheet under the strict policy", async () => {
    const { page, complaints } = await browser.open(urls.frontend);
    const up = page.locator("b.up").first();
    expect(await up.evaluate(backgroundOf)).toBe("rgb(222, 245, 232)");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each(sizes)("needs no scrolling sideways at $width pixels", async (viewport) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await browser.open(urls.frontend, { viewport, colorScheme });
      expect(await page.evaluate(overflow)).toBe(0);
      if (process.env.SCREENSHOTS !== undefined)
        await page.screenshot({
          path: `${process.env.SCREENSHOTS}/landing-${String(viewport.width)}-${colorScheme}.png`,
          fullPage: true,
        });
      await page.context().close();
    }
  });

  it("has one first heading, sections by name, and a contrast of at least 4.5 in both colour schemes", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await browser.open(urls.frontend, { colorScheme });
      expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
      for (const name of ["Services", "Connect an application", "Put your frontend here"])
        expect(await page.getByRole("region", { name }).count()).toBe(1);
      expect(await page.evaluate(leastContrast)).toBeGreaterThanOrEqual(4.5);
      await page.context().close();
    }
  });

  it("never shows what a service answers", async () => {
    expect((await get("/")).body).not.toContain("inlined");
  });

  it("is remembered: a flood of visits is no flood of checks, as what was known lapses", async () => {
    await get("/");
    await setTimeout(5500);
    const asked = (): number => docker(["logs", rest]).split("\n").filter(Boolean).length;
    const before = asked();
    const answers = await Promise.all(Array.from({ length: 50 }, () => get("/")));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(asked() - before).toBeLessThan(10);
  });

  it("keeps its states to itself: neither they nor its source can be asked for", async () => {
    for (const path of ["/upstreams/rest", "/upstreams", "/checks/rest", "/index.html", "/.env", "/x.js"]) {
      const { status, headers, body } = await get(path);
      expect([path, status, headers["content-type"]]).toEqual([path, 404, "text/html; charset=utf-8"]);
      expect(body).not.toContain("<!--#");
    }
  });

  it("is not kept, its style is asked for again", async () => {
    expect((await get("/")).headers["cache-control"]).toBe("no-store");
    expect((await get("/style.css")).headers).toMatchObject({
      "cache-control": "no-cache",
      etag: expect.any(String) as string,
      "content-type": "text/css; charset=utf-8",
    });
  });

  describe("the operator's view inside the network", () => {
    const view = (): unknown =>
      JSON.parse(gateway.inside("curl -fsS http://127.0.0.1:9145/upstreams").stdout) as unknown;

    it("names the same states as JSON", () => {
      expect(view()).toEqual({
        ...{ rest: "up", auth: "down", realtime: "down", storage: "down", functions: "down" },
      });
    });

    it("follows a service that comes and one that goes", async () => {
      sandbox.start(image, service("storage", 5000, 200));
      docker(["rm", "--force", rest]);
      const changed = await until("both changes", () => {
        const now = view() as Record<string, string>;
        return now["storage"] === "up" && now["rest"] === "down" ? now : undefined;
      });
      expect(changed).toMatchObject({ auth: "down" });
      const { page } = await browser.open(urls.frontend);
      expect(await page.locator("b.up").count()).toBe(1);
      await page.context().close();
    });
  });
});
