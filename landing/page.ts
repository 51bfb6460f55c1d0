import { readFileSync } from "node:fs";
import { join } from "node:path";
import { includeState } from "../components/gateway/health.js";
import { type Surface, surfaces } from "./surfaces.js";

/** What the page tells of a stack. */
export interface LandingInput {
  readonly domain: string;
  readonly urls: { readonly api: string };
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const row = (api: string, { name, purpose, path, example, service }: Surface): string => `
          <tr role="row">
            <th role="rowheader" scope="row">${escapeHtml(name)}</th>
            <td role="cell">
              <p>${escapeHtml(purpose)}</p>
              <p><code>${escapeHtml(api)}<wbr>${escapeHtml(path)}</code></p>
              <pre tabindex="0" aria-label="Example: ${escapeHtml(name)}"><code>${escapeHtml(example)}</code></pre>
            </td>
            <td role="cell" class="state">${includeState(service)}</td>
          </tr>`;

const client = (api: string): string => `import { createClient } from "@supabase/supabase-js";

const supabase = createClient("${api}", ANON_KEY);`;

/** The page that the frontend's origin serves until a frontend is there; no script, no inline style. */
export function landingPage({ domain, urls }: LandingInput): Record<string, string> {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${escapeHtml(domain)}: the platform</title>
    <link rel="stylesheet" href="/style.css">
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
  </head>
  <body>
    <header>
      <h1>${escapeHtml(domain)}</h1>
      <p>A backend on Supabase's services: database, sign-in, realtime, storage and functions behind one gateway. It is
        running; no frontend has been deployed here yet.</p>
    </header>
    <main>
      <section aria-labelledby="services">
        <h2 id="services">Services</h2>
        <table role="table">
          <thead role="rowgroup">
            <tr role="row"><th role="columnheader" scope="col">Service</th><th role="columnheader" scope="col">Endpoint</th><th role="columnheader" scope="col">State</th></tr>
          </thead>
          <tbody role="rowgroup">${surfaces.map((surface) => row(urls.api, surface)).join("")}
          </tbody>
        </table>
        <p class="note">As the gateway saw them at most five seconds ago. Whether the gateway itself is up, a monitor asks at
          <a href="${escapeHtml(urls.api)}/health">${escapeHtml(urls.api)}<wbr>/health</a>.</p>
      </section>
      <section aria-labelledby="connect">
        <h2 id="connect">Connect an application</h2>
        <pre tabindex="0" aria-label="Example: connect"><code>${escapeHtml(client(urls.api))}</code></pre>
        <ul>
          <li>Keys are not shown here. The operator reads them with <code>npm run env</code>.</li>
          <li>A browser that warns of the certificate does not know the platform's authority yet: <code>npm run certs</code>
            says how it learns it.</li>
        </ul>
      </section>
      <section aria-labelledby="deploy">
        <h2 id="deploy">Put your frontend here</h2>
        <p>Name the folder of its build, and this page gives way to it:</p>
        <pre tabindex="0" aria-label="Commands: deploy"><code>npx pulumi config set --path frontend.folder ../app/dist
npm run up</code></pre>
      </section>
    </main>
  </body>
</html>
`;
  const file = (name: string): string => readFileSync(join(__dirname, name), "utf8");
  return { "index.html": html, "style.css": file("style.css"), "icon.svg": file("icon.svg") };
}
