import { z } from "zod";

// Only what is read here is described; the rest is kept as it is.

const target = z.looseObject({
  refId: z.string().optional(),
  expr: z.string().optional(),
  legendFormat: z.string().optional(),
  instant: z.boolean().optional(),
  hide: z.boolean().optional(),
  datasource: z.looseObject({ uid: z.string().optional() }).nullish(),
});

const mapping = z.looseObject({ type: z.string(), options: z.unknown() });

const defaults = z.looseObject({
  unit: z.string().optional(),
  decimals: z.number().nullish(),
  min: z.number().nullish(),
  max: z.number().nullish(),
  mappings: z.array(mapping).optional(),
  thresholds: z
    .looseObject({ steps: z.array(z.looseObject({ value: z.number().nullish(), color: z.string() })) })
    .optional(),
});

const shallowPanel = z.looseObject({
  type: z.string(),
  title: z.string().default(""),
  description: z.string().optional(),
  gridPos: z.looseObject({ w: z.number(), h: z.number() }).optional(),
  datasource: z.looseObject({ uid: z.string().optional() }).nullish(),
  targets: z.array(target).default([]),
  fieldConfig: z.looseObject({ defaults: defaults.default({}) }).optional(),
});

const panel = shallowPanel.extend({ panels: z.array(shallowPanel).default([]) });

const variable = z.looseObject({
  name: z.string(),
  type: z.string().optional(),
  query: z.unknown(),
  current: z.looseObject({ value: z.unknown() }).nullish(),
});

export const dashboardModel = z.looseObject({
  uid: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .optional(),
  title: z.string().min(1),
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
  panels: z.array(panel).default([]),
  refresh: z.union([z.string(), z.boolean()]).optional(),
  templating: z.looseObject({ list: z.array(variable).default([]) }).optional(),
});

export type Dashboard = z.infer<typeof dashboardModel>;
export type Panel = z.infer<typeof shallowPanel>;
export type Target = z.infer<typeof target>;
export type Defaults = z.infer<typeof defaults>;

/** Panels in the order of the page, those of folded rows included. */
export const panelsOf = ({ panels }: Dashboard): Panel[] =>
  panels.flatMap((one) => (one.type === "row" ? [one, ...one.panels] : [one]));

/** The values that variables have without anybody choosing. */
export function variablesOf({ templating }: Dashboard): Record<string, string> {
  const entries = (templating?.list ?? []).map(({ name, type, query, current }) => {
    const chosen = current?.value ?? (type === "constant" || type === "textbox" ? query : "$__all");
    const values = (Array.isArray(chosen) ? chosen : [chosen]).map(String);
    return [name, values.includes("$__all") ? ".*" : values.join("|")];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}
