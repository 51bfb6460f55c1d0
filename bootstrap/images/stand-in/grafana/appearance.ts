import type { Defaults } from "./dashboard.js";
import { format } from "./units.js";

/** Colours of the style sheet. */
export const tones = ["green", "yellow", "orange", "red", "blue", "purple", "plain"] as const;
export type Tone = (typeof tones)[number];

/** How a value looks. */
export interface Appearance {
  readonly text: string;
  readonly tone: Tone;
}

interface Result {
  readonly text?: string;
  readonly color?: string;
}

/** A value with its unit, or with the text that a mapping has for it. */
export function appearance(value: number | null | undefined, config: Defaults): Appearance {
  const mapped = mapping(value, config);
  return {
    text: mapped?.text ?? format(value, config.unit, config.decimals),
    tone: tone(mapped?.color ?? threshold(value, config)),
  };
}

function mapping(value: number | null | undefined, { mappings = [] }: Defaults): Result | undefined {
  for (const { type, options } of mappings) {
    const given = options as Record<string, unknown>;
    if (type === "value" && String(value) in given) return given[String(value)] as Result;
    const { from, to, match, result } = given as {
      from?: number;
      to?: number;
      match?: string;
      result?: Result;
    };
    const inRange = typeof value === "number" && value >= (from ?? -Infinity) && value <= (to ?? Infinity);
    if (type === "range" && inRange) return result;
    if (type === "special" && /null|nan|empty/.test(match ?? "") && (value ?? null) === null) return result;
  }
  return undefined;
}

/** The colour of the last step that the value has reached. */
function threshold(value: number | null | undefined, { thresholds }: Defaults): string | undefined {
  const reached = (thresholds?.steps ?? []).filter(
    (step) => (value ?? -Infinity) >= (step.value ?? -Infinity),
  );
  return reached.at(-1)?.color;
}

/** Shades such as `dark-red` are their plain colour; what the sheet does not know has none. */
function tone(color = ""): Tone {
  return tones.find((known) => color === known || color.endsWith(`-${known}`)) ?? "plain";
}
