import { supabaseRoutes } from "../../components/gateway/supabase.js";
import { TestBrowser } from "../support/browser.js";
import { Sandbox, until } from "../support/containers.js";
import { ask } from "../support/client.js";
import { type Fetched, fetchAs, runInline } from "../support/in-page.js";
import { prodModel } from "../support/nginx.js";
import { startEcho } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { hosts, urls, keys } = prodModel;
const api = (path: string): string => `${urls.api}${path}`;
const withKey = { apikey: keys.anon };

describe("a browser at a production gateway", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  let browser: TestBrowser;

  beforeAll(async () => {
    sandbox = new Sandbox("browser");
    gateway = await TestGateway.start(sandbox);
    startEcho(sandbox, "rest");
    startEcho(sandbox, "storage", "storage", 5000);
    const routes = supabaseRoutes({ tenant: "tenant" });
    await gateway.serve(gateway.generation("<p>the frontend</p>", { routes }));
    const target = { ca: gateway.certificates.ca, host: hosts.api, headers: withKey };
    for (const path of ["/rest/v1/drink", "/storage/v1/bucket"])
      await until(path, async () =>
        (await ask("https", gateway.port("api"), path, target)).status === 200 ? true : undefined,
      );
    browser = await TestBrowser.start({
      hosts: {
        [`${hosts.frontend}:443`]: gateway.port("https"),
        [`${hosts.auth}:443`]: gateway.port("https"),
        [`${hosts.api}:8000`]: gateway.port("api"),
      },
      certificates: ["server", "api", "auth"].map(
        (leaf) => gateway.certificates.leaves[leaf]?.certificate ?? "",
      ),
    });
  });
  afterAll(async () => {
    await browser.close();
    sandbox.remove();
  });

  /** What a script learns in the page of an origin. */
  const asked = async (from: string, url: string, headers: Record<string, string>): Promise<Fetched> => {
    const { page } = await browser.open(from);
    const fetched = await page.evaluate(fetchAs, [url, headers] as const);
    await page.context().close();
    return fetched;
  };

  it("lets a listed origin's script read answers and errors alike, after a preflight without a key", async () => {
    const answer = await asked(urls.frontend, api("/rest/v1/drink"), withKey);
    expect(answer).toMatchObject({
      status: 200,
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(await asked(urls.frontend, api("/rest/v1/drink"), { apikey: "wrong" })).toMatchObject({
      status: 401,
      body: expect.stringContaining("No API key found") as string,
    });
    expect(await asked(urls.frontend, api("/nowhere"), {})).toMatchObject({ status: 404 });
  });

  it("keeps answers from the script of an origin that is not listed", async () => {
    expect(await asked("about:blank", api("/rest/v1/drink"), withKey)).toEqual({
      refused: expect.stringContaining("Failed to fetch") as string,
    });
  });

  it("runs no inline script on the frontend, and lets its scripts reach the API alone", async () => {
    const { page, complaints } = await browser.open(urls.frontend);
    expect(await page.evaluate(runInline)).toBe(false);
    expect(complaints.join()).toMatch(/inline script.*Content Security Policy/);
    const elsewhere = await page.evaluate(fetchAs, [`https://${hosts.auth}/x`, {}] as const);
    expect(elsewhere.refused).toContain("Failed to fetch");
    expect(complaints.join()).toMatch(/connect-src/);
    await page.context().close();
  });

  it("runs nothing of a file that a user stored", async () => {
    const { page, complaints } = await browser.open(api("/storage/v1/page.html"));
    expect(await page.content()).toContain("a user's file");
    expect(await page.evaluate("globalThis.ran")).toBeUndefined();
    expect(complaints.join()).toMatch(/Content Security Policy/);
    await page.context().close();
  });

  it("keeps a service's cookie where no script reads it, and shows it to no other host", async () => {
    const { page } = await browser.open(api("/storage/v1/page.html"));
    await page.goto(api("/storage/v1/session")).catch(() => undefined);
    const cookies = await page.context().cookies();
    expect(cookies).toEqual([
      expect.objectContaining({
        name: "session",
        domain: hosts.api,
        httpOnly: true,
        secure: true,
        sameSite: "Lax",
      }),
    ]);
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.context().close();
  });
});
