import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Directive, directive } from "./nginx.js";

const names = ["mask", "metrics", "exposition", "tally"] as const;

/** Where both the official image and Debian's keep nginx's modules. */
export const loadScripting: Directive = directive("load_module", "/etc/nginx/modules/ngx_http_js_module.so");

/** The two modules that directives name; they find the others beside them. */
export const importScripts: readonly Directive[] = ["mask", "metrics"].map((name) =>
  directive("js_import", name, "from", `${name}.mjs`),
);

/** The scripts that run in nginx, as they lie in the source. */
export const scripts: Readonly<Record<string, string>> = Object.fromEntries(
  names.map((name) => [`${name}.mjs`, readFileSync(join(__dirname, "njs", `${name}.mjs`), "utf8")]),
);
