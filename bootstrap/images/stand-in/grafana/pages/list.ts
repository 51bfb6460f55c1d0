import { html } from "../html.js";
import type { Provisioned } from "../provisioning.js";
import { layout } from "./layout.js";

/** Every dashboard by its title. */
export function listPage(basePath: string, signedIn: boolean, dashboards: readonly Provisioned[]): string {
  const entries = dashboards.map(
    ({ uid, folder, dashboard: { title, description = "", tags } }) =>
      html`<li class="card">
        <a href="${basePath}/d/${uid}">${title}</a>
        <span class="muted">${folder} ${description}</span>
        ${tags.map((tag) => html`<span class="tag">${tag}</span> `)}
      </li>`,
  );
  const content =
    entries.length > 0
      ? html`<ul class="list">
          ${entries}
        </ul>`
      : html`<p>No dashboard is provisioned.</p>`;
  return layout({ title: "Dashboards", basePath, signedIn }, content);
}
