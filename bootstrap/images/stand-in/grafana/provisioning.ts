import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { dashboardModel, type Dashboard } from "./dashboard.js";
import { expandAll } from "./variables.js";

const name = z.string().min(1);
const datasourceModel = z.object({
  name,
  type: name,
  uid: z.string().optional(),
  access: z.enum(["proxy", "direct"]).default("proxy"),
  url: z.url().optional(),
  user: z.string().default(""),
  database: z.string().default(""),
  basicAuth: z.boolean().default(false),
  basicAuthUser: z.string().default(""),
  isDefault: z.boolean().default(false),
  editable: z.boolean().default(false),
  jsonData: z.record(z.string(), z.unknown()).default({}),
  secureJsonData: z.record(z.string(), z.string()).default({}),
});
const datasourcesModel = z.object({
  apiVersion: z.literal(1),
  datasources: z.array(datasourceModel).default([]),
});
const providersModel = z.object({
  apiVersion: z.literal(1),
  providers: z
    .array(
      z.object({
        name: z.string().default("default"),
        folder: z.string().default(""),
        type: z.literal("file").default("file"),
        options: z.object({ path: name }),
      }),
    )
    .default([]),
});

export type Datasource = z.infer<typeof datasourceModel> & { readonly uid: string };

/** A dashboard that a file describes. */
export interface Provisioned {
  readonly uid: string;
  readonly folder: string;
  readonly dashboard: Dashboard;
}

/** What the files under the provisioning folder describe. */
export interface Provisioning {
  readonly datasources: readonly Datasource[];
  readonly dashboards: readonly Provisioned[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Either what the files describe, or every mistake with its file. */
export function readProvisioning(folder: string, variables: Variables): Provisioning | string[] {
  const problems: string[] = [];
  const read = <T>(path: string, model: z.ZodType<T>, content: (text: string) => unknown): T[] => {
    try {
      const result = model.safeParse(content(readFileSync(path, "utf8")));
      if (result.success) return [result.data];
      problems.push(
        ...result.error.issues.map(
          (issue) => `${path}: ${issue.path.join(".") || "the file"}: ${issue.message}`,
        ),
      );
    } catch (error) {
      problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return [];
  };
  const yaml = (text: string) => expandAll(parse(text), variables);
  const files = (kind: string) => filesIn(join(folder, kind), /\.ya?ml$/);

  const datasources = files("datasources")
    .flatMap((path) => read(path, datasourcesModel, yaml))
    .flatMap((file) => file.datasources)
    .map((source) => ({ ...source, uid: source.uid ?? shortId(source.name) }));
  const providers = files("dashboards").flatMap((file) =>
    read(file, providersModel, yaml).flatMap((found) => found.providers.map((one) => ({ ...one, file }))),
  );
  const dashboards = providers
    .flatMap(({ file, name, folder: shownIn, options: { path } }) => {
      if (!existsSync(path)) problems.push(`${file}: the provider ${name} names ${path}, which is not there`);
      return jsonBelow(path).map((below) => ({ file: below, folder: shownIn }));
    })
    .flatMap((one) =>
      read(one.file, dashboardModel, JSON.parse).map((dashboard) => {
        const uid = dashboard.uid ?? shortId(one.file);
        return { ...one, uid, dashboard: { ...dashboard, uid } };
      }),
    );
  if (datasources.filter(({ isDefault }) => isDefault).length > 1)
    problems.push(`${folder}/datasources: only one datasource can be marked as default`);
  problems.push(...twice("the datasource uid", datasources), ...twice("the dashboard uid", dashboards));
  return problems.length > 0 ? problems : { datasources, dashboards };
}

const shortId = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 14);

function filesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => pattern.test(file));
  return names.sort().map((file) => join(folder, file));
}

function jsonBelow(folder: string): string[] {
  return filesIn(folder, /^[^.]/).flatMap((path) =>
    statSync(path).isDirectory() ? jsonBelow(path) : path.endsWith(".json") ? [path] : [],
  );
}

function twice(what: string, things: readonly { uid: string }[]): string[] {
  const uids = things.map(({ uid }) => uid);
  return [...new Set(uids.filter((uid, i) => uids.indexOf(uid) !== i))].map(
    (uid) => `${what} ${uid} is used twice`,
  );
}
