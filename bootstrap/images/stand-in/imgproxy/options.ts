import { invalidUrl, unsupportedResult } from "./errors.js";
import { formatNames, type Format } from "./formats.js";

export type ResizingType = "fit" | "fill" | "force" | "auto";

/** What a URL asks to be done to the image. */
export interface Options {
  readonly resizing: ResizingType;
  /** Pixels; 0 follows from the other side. */
  readonly width: number;
  readonly height: number;
  readonly enlarge: boolean;
  /** 0 is the format's default. */
  readonly quality: number;
  /** @default - the source's own */
  readonly format?: Format;
  readonly gravity: string;
}

export const defaults: Options = {
  resizing: "fit",
  width: 0,
  height: 0,
  enlarge: false,
  quality: 0,
  gravity: "ce",
};

type Change = Partial<Options>;
type Reader = (name: string, args: readonly string[]) => Change;

const width: Reader = (name, [value]) => ({ width: pixels(name, value) });
const height: Reader = (name, [value]) => ({ height: pixels(name, value) });
const enlarge: Reader = (_, [value = ""]) => ({ enlarge: ["1", "t", "true"].includes(value) });
const resizing: Reader = (_, [value = ""]) => {
  if (!["fit", "fill", "force", "auto"].includes(value)) throw invalidUrl(`Invalid resize type: ${value}`);
  return { resizing: value as ResizingType };
};
const size: Reader = (name, [w, h, el]) => ({
  ...(w ? width(name, [w]) : {}),
  ...(h ? height(name, [h]) : {}),
  ...(el ? enlarge(name, [el]) : {}),
});
const resize: Reader = (name, [type, ...rest]) => ({
  ...(type ? resizing(name, [type]) : {}),
  ...size(name, rest),
});
const quality: Reader = (name, [value = ""]) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 100) throw invalidUrl(`Invalid ${name}: ${value}`);
  return { quality: number };
};
const gravity: Reader = (_, [value = ""]) => {
  const known = ["no", "so", "ea", "we", "noea", "nowe", "soea", "sowe", "ce", "sm"];
  if (!known.includes(value)) throw invalidUrl(`Invalid gravity: ${value}`);
  return { gravity: value };
};
const format: Reader = (_, [value = ""]) => {
  const known = formatNames.get(value);
  if (known === undefined) throw unsupportedResult(value);
  return { format: known };
};
/** For options that change the address of a result and not the result. */
const ignored: Reader = () => ({});

const readers: ReadonlyMap<string, Reader> = new Map(
  [
    { names: ["width", "w"], read: width },
    { names: ["height", "h"], read: height },
    { names: ["resizing_type", "rt"], read: resizing },
    { names: ["resize", "rs"], read: resize },
    { names: ["size", "s"], read: size },
    { names: ["enlarge", "el"], read: enlarge },
    { names: ["quality", "q"], read: quality },
    { names: ["gravity", "g"], read: gravity },
    { names: ["format", "f", "ext"], read: format },
    { names: ["cachebuster", "cb"], read: ignored },
  ].flatMap(({ names, read }) => names.map((name) => [name, read] as const)),
);

/** Reads segments such as `width:100`; a later one overrides an earlier one. */
export function parseOptions(segments: readonly string[], extension?: string): Options {
  const named = segments.map((segment) => segment.split(":"));
  const all = extension === undefined ? named : [...named, ["format", extension]];
  return all.reduce<Options>((options, [name = "", ...args]) => {
    const read = readers.get(name);
    if (read === undefined) throw invalidUrl(`Unknown processing option ${name}`);
    return { ...options, ...read(name, args) };
  }, defaults);
}

function pixels(name: string, value = ""): number {
  if (!/^\d{1,6}$/.test(value)) throw invalidUrl(`Invalid ${name}: ${value}`);
  return Number(value);
}
