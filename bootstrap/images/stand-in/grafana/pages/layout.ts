import { html, type Html } from "../html.js";

/** What every page says of itself. */
export interface Page {
  readonly title: string;
  readonly basePath: string;
  /** Whether there is a session to end. */
  readonly signedIn: boolean;
  /** Seconds until the browser loads the page again. @default - it does not */
  readonly refresh?: number;
}

/** A whole document. It needs no script. */
export function layout({ title, basePath, signedIn, refresh }: Page, content: Html): string {
  const reload = refresh === undefined ? html`` : html`<meta http-equiv="refresh" content="${refresh}" />`;
  const session = signedIn
    ? html`<a href="${basePath}/logout">Sign out</a>`
    : html`<a href="${basePath}/login">Sign in</a>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - Grafana (stand-in)</title>
        ${reload}
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${basePath}/public/stand-in.css" />
      </head>
      <body>
        <header>
          <a class="home" href="${basePath}/">Dashboards</a>
          <h1>${title}</h1>
          <nav>${session}</nav>
        </header>
        <main>${content}</main>
        <footer>
          Stand-in for Grafana: it shows provisioned dashboards where Grafana itself is not to be had.
        </footer>
      </body>
    </html> `.text;
}
