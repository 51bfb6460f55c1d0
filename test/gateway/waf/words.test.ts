import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ordinaryModule, spelledUri, tellingUri } from "../../../components/gateway/waf/ordinary.js";
import { Firewall, models, reached, sendAll, stock } from "./firewall.js";
import { coreRuleSet } from "./samples.js";
import { spelledBy } from "./spelled.js";

jest.setTimeout(600_000);

interface Asked {
  readonly method: string;
  readonly variables: { readonly waf_uri: string };
  readonly rawHeadersIn: readonly (readonly [string, string])[];
}

/** The njs function itself, which has nothing in it that Node.js does not know. */
// eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the text is the program under test
const verdict = new Function(ordinaryModule.replace(/export default .*/, "return verdict;"))() as (
  asked: Asked,
) => string;

const headers = [
  ["Host", "localhost"],
  ["User-Agent", "node"],
  ["Accept", "*/*"],
] as const;

const spelled = new RegExp(spelledUri);
const telling = new RegExp(tellingUri, "i");

/** As nginx's map has it. */
const wafUri = (uri: string): string => (!telling.test(uri) && spelled.test(uri) ? "ordinary" : "inspect");

const isOrdinary = (uri: string): boolean =>
  verdict({ method: "GET", variables: { waf_uri: wafUri(uri) }, rawHeadersIn: headers }) === "ordinary";

const wire = (uri: string): Buffer =>
  Buffer.from(`GET ${uri} HTTP/1.1\r\n${headers.map((pair) => `${pair.join(": ")}\r\n`).join("")}\r\n`);

/** The places of a query that a word can take. */
const places: readonly ((word: string) => string)[] = [
  (word) => `${word}=eq.1`,
  (word) => `a=${word}`,
  (word) => `a=eq.${word}`,
  (word) => `select=${word},${word}`,
  (word) => `order=${word}.desc`,
];

/** All words and phrases of the lists, all words of the rules, and what their expressions spell. */
async function vocabulary(): Promise<{ all: string[]; lists: string[] }> {
  const folder = join(await coreRuleSet(), "rules/@owasp_crs");
  const files = readdirSync(folder);
  const text = (file: string): string => readFileSync(join(folder, file), "utf8");
  const lists = files
    .filter((file) => file.endsWith(".data"))
    .flatMap((file) => text(file).split("\n"))
    .filter((line) => !line.startsWith("#"))
    .flatMap((line) => [line.trim(), ...line.split(/[^A-Za-z0-9_-]+/)]);
  const configuration = files.filter((file) => file.startsWith("REQUEST")).map(text);
  const rules = configuration.flatMap((rules) => rules.match(/[A-Za-z_][A-Za-z0-9_]+/g) ?? []);
  const spelled = configuration
    .flatMap((rules) => [...rules.matchAll(/"!?@rx ((?:[^"\\]|\\.)*)" \\\n/g)])
    .flatMap(([, expression = ""]) => spelledBy(expression.replaceAll('\\"', '"')))
    .flatMap((text) => [text, ...text.split(/[^A-Za-z0-9_-]+/)]);
  const distinct = (words: readonly string[]): string[] => [...new Set(words)].filter((word) => word !== "");
  return { all: distinct([...lists, ...rules, ...spelled]), lists: distinct(lists) };
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

/** Always the same numbers below a limit. */
function* numbers(limit: number): Generator<number, never> {
  for (let state = 1; ; state = (state * 48_271) % 2_147_483_647) yield state % limit;
}

let firewall: Firewall;
let words: { all: string[]; lists: string[] };
beforeAll(async () => {
  firewall = await Firewall.start("waf-words");
  words = await vocabulary();
  await firewall.serve({ ...models.samples, waf: "block" }, stock);
});
afterAll(() => firewall.sandbox.remove());

/** Those of the URIs that count as ordinary and that the Core Rule Set stops. */
async function wronglyOrdinary(uris: readonly string[]): Promise<string[]> {
  const ordinary = uris.filter(isOrdinary);
  const answers = await sendAll(firewall, ordinary.map(wire));
  return ordinary.filter((_, at) => answers[at]?.body.includes(reached) !== true);
}

/** Many parameters or path segments go in one request. */
const queries = (parameters: readonly string[]): string[] =>
  chunks(
    parameters.filter((parameter) => isOrdinary(`/rest/v1/t?${parameter}`)),
    20,
  ).map((some) => `/rest/v1/t?${some.join("&")}`);

const paths = (segments: readonly string[]): string[] =>
  chunks(
    segments.filter((segment) => isOrdinary(`/v1/${segment}`)),
    7,
  ).flatMap((some) =>
    some.some((segment) => segment.includes("/"))
      ? some.map((one) => `/v1/${one}`)
      : [`/v1/${some.join("/")}`],
  );

test("no word of the rules passes as ordinary that they stop, wherever in a request it stands", async () => {
  expect(words.all.length).toBeGreaterThan(20_000);
  const uris = [...places.flatMap((place) => queries(words.all.map(place))), ...paths(words.all)];
  expect(uris.length).toBeGreaterThan(2000);
  expect(await wronglyOrdinary(uris)).toEqual([]);
});

test.each<[string, (word: string) => string]>([
  ["before", (word) => `${word}y`],
  ["after", (word) => `x${word}`],
  ["inside", (word) => `x${word}y`],
  ["beside", (word) => `x_${word}_y`],
])("nor with letters %s a phrase of their lists", async (_, change) => {
  const changed = words.lists.map(change);
  expect(
    await wronglyOrdinary([...places.flatMap((place) => queries(changed.map(place))), ...paths(changed)]),
  ).toEqual([]);
});

test("nor several of them together", async () => {
  const next = numbers(words.all.length);
  const word = (): string => words.all[next.next().value] ?? "";
  const usable = (): string => {
    for (;;) {
      const one = word();
      if (isOrdinary(`/rest/v1/t?a=${one}`)) return one;
    }
  };
  const uris = Array.from(
    { length: 4000 },
    () =>
      `/v1/${usable()}/${usable()}?select=${Array.from({ length: 12 }, usable).join(",")}&order=${usable()}.desc,${usable()}&${usable()}=${usable()}&${usable()}=ilike.${usable()}`,
  );
  expect(uris.filter(isOrdinary).length).toBeGreaterThan(2000);
  expect(await wronglyOrdinary(uris)).toEqual([]);
});
