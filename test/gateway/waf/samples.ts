// The Core Rule Set's own regression samples, as the module that the image's rules come from brings them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { goModuleFolder } from "../../../bootstrap/setup/images-go.js";

const pinning = join(__dirname, "../../../bootstrap/images/nginx/build/coreruleset");

interface Input {
  readonly method?: string;
  readonly uri?: string;
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly encoded_data?: string;
  readonly encoded_request?: string;
  readonly autocomplete_headers?: boolean;
}

interface Stage {
  readonly input: Input;
  readonly output?: { readonly log?: { readonly expect_ids?: readonly number[] } };
}

interface File {
  readonly rule_id: number;
  readonly tests: readonly { readonly test_id: number; readonly stages: readonly Stage[] }[];
}

export interface Sample {
  /** Rule, test and stage, e.g. `942100-1-1`. */
  readonly id: string;
  /** Family of the rules, e.g. `REQUEST-942-APPLICATION-ATTACK-SQLI`. */
  readonly family: string;
  /** Rules that match it. */
  readonly rules: readonly number[];
  readonly bytes: Buffer;
  /** The same attack with headers as a Supabase client sends them, where they are not the attack. */
  readonly disguised: Buffer;
}

/** Folder of the module with `rules` and `tests`. */
export const coreRuleSet = (): Promise<string> =>
  goModuleFolder("the Core Rule Set", "github.com/corazawaf/coraza-coreruleset/v4", pinning);

/** Every sample that is a request. */
export async function readSamples(): Promise<Sample[]> {
  const tests = join(await coreRuleSet(), "tests");
  const families = readdirSync(tests, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return families.flatMap(({ name: family }) =>
    readdirSync(join(tests, family)).flatMap((file) => {
      // One file has a comment and no test.
      const content = parse(readFileSync(join(tests, family, file), "utf8")) as File | null;
      return (content?.tests ?? []).flatMap(({ test_id, stages }) =>
        stages.map(({ input, output }, stage): Sample => ({
          id: [content?.rule_id, test_id, stage + 1].join("-"),
          family,
          rules: output?.log?.expect_ids ?? [],
          bytes: request(input, (headers) => headers),
          disguised: request(input, disguise),
        })),
      );
    }),
  );
}

type Headers = Readonly<Record<string, string>>;

function request(input: Input, change: (headers: Headers) => Headers): Buffer {
  if (input.encoded_request !== undefined) return Buffer.from(input.encoded_request, "base64");
  const {
    method = "GET",
    uri = "/",
    version = "HTTP/1.1",
    headers = {},
    autocomplete_headers = true,
  } = input;
  const data =
    input.encoded_data === undefined
      ? Buffer.from(input.data ?? "")
      : Buffer.from(input.encoded_data, "base64");
  const has = (name: string): boolean => Object.keys(headers).some((one) => one.toLowerCase() === name);
  const completed =
    autocomplete_headers && data.length > 0
      ? {
          ...(has("content-length") || has("transfer-encoding")
            ? {}
            : { "Content-Length": String(data.length) }),
          ...(has("content-type") ? {} : { "Content-Type": "application/x-www-form-urlencoded" }),
        }
      : {};
  const lines = Object.entries(change(served({ ...headers, ...completed }))).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const head = `${method} ${uri} ${version}\r\n${[...lines, "", ""].join("\r\n")}`;
  return Buffer.concat([Buffer.from(head), data]);
}

/** A host that is not served would be refused before any rule; where the name is no attack, it is made one that is. */
function served(headers: Headers): Headers {
  const host = Object.entries(headers).find(([name]) => name.toLowerCase() === "host")?.[1] ?? "";
  if (!/^[a-z0-9-]+(?:[.][a-z0-9-]+)+(?::\d+)?$/.test(host) || /^[\d.:]+$/.test(host)) return headers;
  const moved = Object.entries(headers).map(([name, value]) => [name, value.replaceAll(host, "localhost")]);
  return Object.fromEntries(moved) as Headers;
}

/** What the samples send where the headers are not the point. */
const usual: readonly RegExp[] = [
  /^user-agent: OWASP CRS test agent$/i,
  /^accept: text\/xml,application\/xml/i,
];

function disguise(headers: Headers): Headers {
  const kept = Object.entries(headers).filter(
    ([name, value]) => !usual.some((pattern) => pattern.test(`${name}: ${value}`)),
  );
  return {
    ...Object.fromEntries(kept),
    ...(kept.some(([name]) => name.toLowerCase() === "user-agent") ? {} : { "User-Agent": "node" }),
    ...(kept.some(([name]) => name.toLowerCase() === "accept") ? {} : { Accept: "*/*" }),
  };
}

/** Numbers of the critical rules of paranoia level 1 by the file that they are in. */
export async function criticalRules(): Promise<ReadonlyMap<number, string>> {
  const folder = join(await coreRuleSet(), "rules/@owasp_crs");
  const found = new Map<number, string>();
  for (const file of readdirSync(folder).filter((name) => /^REQUEST-9[1-4].*conf$/.test(name))) {
    const rules = readFileSync(join(folder, file), "utf8").split(/\n(?=Sec)/);
    let level = 1;
    for (const rule of rules) {
      level = Number(/^SecRule TX:DETECTION_PARANOIA_LEVEL "@lt (\d)"/.exec(rule)?.[1] ?? level);
      const id = /\bid:(\d+)/.exec(rule)?.[1];
      if (level === 1 && id !== undefined && rule.includes("severity:'CRITICAL'")) {
        found.set(Number(id), file.replace(/[.]conf$/, ""));
      }
    }
  }
  return found;
}
