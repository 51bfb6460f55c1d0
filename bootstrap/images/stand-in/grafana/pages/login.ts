import { html } from "../html.js";
import { layout } from "./layout.js";

/** The form that signs in. @param problem - of the try before */
export function loginPage(basePath: string, problem?: string): string {
  const warning = problem === undefined ? html`` : html`<p class="problem" role="alert">${problem}</p>`;
  const form = html`<form class="card login" method="post" action="${basePath}/login">
    ${warning}
    <label>User <input name="user" autocomplete="username" required autofocus /></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
    <button>Sign in</button>
  </form>`;
  return layout({ title: "Sign in", basePath, signedIn: false }, form);
}
