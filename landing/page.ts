import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the page tells of a stack. */
export interface LandingInput {
  readonly domain: string;
  readonly urls: { readonly api: string };
}

/** The API's paths and what each is for. */
const surfaces: Readonly<Record<string, string>> = {
  "/rest/v1/": "The database as a REST API",
  "/auth/v1/": "Users and sign-in",
  "/realtime/v1/": "Messages and changes over WebSockets",
  "/storage/v1/": "Files and pictures",
  "/functions/v1/": "Edge functions",
  "/health": "Whether the gateway is up",
};

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const row = (url: string, purpose: string): string => `        <li>
          <a href="${escapeHtml(url)}">${escapeHtml(url)}</a>
          <span>${escapeHtml(purpose)}</span>
        </li>`;

/** The page that the frontend's origin serves until a frontend is there; no script, no inline style. */
export function landingPage({ domain, urls }: LandingInput): Record<string, string> {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(domain)}</title>
    <link rel="stylesheet" href="/style.css">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <main>
      <h1>${escapeHtml(domain)}</h1>
      <p>This platform is up. No frontend has been deployed here yet; your application talks to these endpoints.</p>
      <ul>
${Object.entries(surfaces)
  .map(([path, purpose]) => row(urls.api + path, purpose))
  .join("\n")}
      </ul>
      <p>Browsers warn about the certificate until the platform's certificate authority is in their trust store.</p>
    </main>
  </body>
</html>
`;
  return { "index.html": html, "style.css": readFileSync(join(__dirname, "style.css"), "utf8") };
}
