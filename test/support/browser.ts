import { createHash, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Debian's package `chromium` puts it there. */
const program = process.env.CHROMIUM ?? "/usr/bin/chromium";

export interface BrowserArgs {
  /** Ports of 127.0.0.1 by what a URL names, e.g. `sobertube.local:443`; no other name is found. */
  readonly hosts: Readonly<Record<string, number>>;
  /** PEM certificates that are trusted as if their authority was known; every other one is refused as usual. */
  readonly certificates: readonly string[];
}

/** A page, and what the browser had to complain about: policy violations, failed requests, errors of scripts. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** The hash by which Chromium knows a public key. */
const keyHash = (certificate: string): string =>
  createHash("sha256")
    .update(new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");

function listen({ page, complaints }: OpenPage): void {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) =>
    complaints.push(`${request.url()}: ${request.failure()?.errorText ?? ""}`),
  );
}

/** A real Chromium without a window, that speaks to this machine alone. */
export class TestBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start({ hosts, certificates }: BrowserArgs): Promise<TestBrowser> {
    if (!existsSync(program))
      throw new Error(
        `no Chromium at ${program}; run: npm run setup -- --tests, or name one: CHROMIUM=/path/to/chromium`,
      );
    const rules = Object.entries(hosts).map(([name, port]) => `MAP ${name} 127.0.0.1:${String(port)}`);
    const browser = await chromium.launch({
      executablePath: program,
      args: [
        // Its sandbox needs namespaces that a container of CI has not; what it opens here is our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--host-resolver-rules=${[...rules, "MAP * ~NOTFOUND"].join(",")}`,
        `--ignore-certificate-errors-spki-list=${certificates.map(keyHash).join(",")}`,
      ],
    });
    return new TestBrowser(browser);
  }

  /**
   * Opens a URL as a browser of its own would: without cookies or cache of the pages before. Whoever starts or stops a
   * container on this machine meanwhile changes its network, at which Chromium drops what it is loading; then it
   * begins anew.
   */
  async open(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    for (let attempt = 1; ; attempt += 1) {
      const context = await this.browser.newContext(options);
      const opened = { page: await context.newPage(), complaints: [] };
      listen(opened);
      const failure = await opened.page.goto(url, { timeout: 20_000 }).then(() => "", String);
      const isDisturbed = [failure, ...opened.complaints].some((one) => one.includes("ERR_NETWORK_CHANGED"));
      if (failure === "" && !isDisturbed) return opened;
      await context.close();
      if (!isDisturbed || attempt === 5) throw new Error(failure || opened.complaints.join("\n"));
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
