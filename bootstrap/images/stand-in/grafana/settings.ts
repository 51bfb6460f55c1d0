import { accessSync, constants } from "node:fs";
import { Environment } from "../lib/env.js";
import { withFiles } from "./variables.js";

/** What the environment asks for, under Grafana's names. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Path below which everything lies, without a slash at its end. */
  readonly basePath: string;
  /** Whether paths arrive with the base path, too. */
  readonly servedBelow: boolean;
  readonly admin: { readonly user: string; readonly password: string };
  /** Whether pages are shown to whom is not signed in. */
  readonly anonymous: boolean;
  readonly secureCookie: boolean;
  readonly metrics: boolean;
  readonly dataPath: string;
  readonly provisioningPath: string;
}

/** Checked, and without an effect here. */
const idle = ["GF_USERS_ALLOW_SIGN_UP", "GF_ANALYTICS_REPORTING_ENABLED", "GF_ANALYTICS_CHECK_FOR_UPDATES"];

/** Either the settings, or every mistake in them. */
export function readSettings(given: Readonly<Record<string, string | undefined>>): Settings | string[] {
  const { values, problems } = withFiles(given);
  const environment = new Environment(values);
  const root = environment.optional("GF_SERVER_ROOT_URL") ?? "http://localhost:3000/";
  const url = URL.canParse(root) ? new URL(root) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    environment.reject("GF_SERVER_ROOT_URL", `is "${root}", expected http://… or https://…`);
  const password = environment.optional("GF_SECURITY_ADMIN_PASSWORD") ?? "";
  if (password === "" && problems.length === 0)
    environment.reject(
      "GF_SECURITY_ADMIN_PASSWORD",
      "is missing, and so is GF_SECURITY_ADMIN_PASSWORD__FILE: there is no default password here",
    );
  for (const name of idle) environment.boolean(name, true);
  const settings: Settings = {
    host: environment.optional("GF_SERVER_HTTP_ADDR") ?? "0.0.0.0",
    port: environment.port("GF_SERVER_HTTP_PORT") ?? 3000,
    basePath: (url?.pathname ?? "/").replace(/\/+$/, ""),
    servedBelow: environment.boolean("GF_SERVER_SERVE_FROM_SUB_PATH", false),
    admin: { user: environment.optional("GF_SECURITY_ADMIN_USER") ?? "admin", password },
    anonymous: environment.boolean("GF_AUTH_ANONYMOUS_ENABLED", false),
    secureCookie: environment.boolean("GF_SECURITY_COOKIE_SECURE", false),
    metrics: environment.boolean("GF_METRICS_ENABLED", true),
    dataPath: dataPath(environment),
    provisioningPath: environment.optional("GF_PATHS_PROVISIONING") ?? "/etc/grafana/provisioning",
  };
  problems.push(...environment.problems);
  return problems.length > 0 ? problems : settings;
}

/** The folder of the data, which has to be writable. */
export function dataPath(environment: Environment): string {
  const path = environment.optional("GF_PATHS_DATA") ?? "/var/lib/grafana";
  try {
    accessSync(path, constants.W_OK);
  } catch {
    environment.reject("GF_PATHS_DATA", `is "${path}", which is not a writable folder`);
  }
  return path;
}
