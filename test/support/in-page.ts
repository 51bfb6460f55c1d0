// Functions that run in a page of the browser: each stands on its own. What they use of a page is declared here, as the
// DOM's types everywhere would let Node's programs use what Node has not.

interface PageElement {
  readonly parentElement: PageElement | null;
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly nodeValue: string | null }>;
}

declare const document: {
  readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number };
  querySelectorAll(selector: string): Iterable<PageElement>;
};
declare const getComputedStyle: (element: PageElement) => {
  readonly color: string;
  readonly backgroundColor: string;
};

/** Pixels that the page is wider than its window. */
export const overflow = (): number =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth;

export const backgroundOf = (element: PageElement): string => getComputedStyle(element).backgroundColor;

/** The least contrast, as WCAG 2 has it, between a text of the page and what is behind it. */
export function leastContrast(): number {
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(color)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: PageElement): string => {
    const { backgroundColor } = getComputedStyle(element);
    const isClear = channels(backgroundColor)[3] === 0;
    return isClear && element.parentElement ? behind(element.parentElement) : backgroundColor;
  };
  const ratios = [...document.querySelectorAll("body *")]
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim()),
    )
    .map((element) => {
      const pair = [luminance(getComputedStyle(element).color), luminance(behind(element))];
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    });
  return Math.min(...ratios);
}

/** What a page's script learns of a request: the status and a header, or that the browser kept the answer from it. */
export interface Fetched {
  readonly status?: number;
  readonly requestId?: string | null;
  readonly body?: string;
  readonly refused?: string;
}

/** Asks as a script of the page does. */
export async function fetchAs([url, headers]: readonly [string, Record<string, string>]): Promise<Fetched> {
  try {
    const answer = await fetch(url, { headers });
    return {
      status: answer.status,
      requestId: answer.headers.get("x-request-id"),
      body: await answer.text(),
    };
  } catch (error) {
    return { refused: String(error) };
  }
}

/** Puts a script into the page as an attacker's markup would. @returns whether it ran */
export function runInline(): boolean {
  const page = globalThis as unknown as { ran?: boolean; document: InlineDocument };
  const script = page.document.createElement("script");
  script.textContent = "globalThis.ran = true";
  page.document.body.append(script);
  return page.ran === true;
}

interface InlineDocument {
  readonly body: { append(child: unknown): void };
  createElement(name: string): { textContent: string };
}
