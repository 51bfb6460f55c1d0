import type { GatewayModel, Route } from "../../components/gateway/model.js";
import type { Directive } from "../../components/gateway/nginx.js";

/** A route to a service's root, for whoever shows a key. */
const keyed = (path: string, name: string, port: number): Route => ({
  ...{ match: "prefix", path, upstream: { name, port }, target: "/", access: "key" },
});

/** A gateway as a developer's stack describes it. */
export const devModel: GatewayModel = {
  hosts: {
    frontend: "sobertube.local",
    api: "api.sobertube.local",
    auth: "auth.sobertube.local",
    storage: "storage.sobertube.local",
    realtime: "realtime.sobertube.local",
  },
  urls: { frontend: "https://sobertube.local", api: "https://api.sobertube.local:8000" },
  http: "serve",
  tls: "intermediate",
  http3: "off",
  allow: [],
  trustedProxies: [],
  debugHeaders: "shown",
  limits: "off",
  waf: "off",
  drainSeconds: 3600,
  csp: "relaxed",
  origins: ["*"],
  keys: { anon: "header.anon.signature", serviceRole: "header.service.signature" },
  routes: [keyed("/rest/v1/", "rest", 3000)],
  instances: {},
  blocked: [],
  health: [{ name: "rest", host: "rest", port: 3001, path: "/ready" }],
  frontend: { kind: "page" },
  uploadLimit: 50 * 1024 ** 2,
};

/** A gateway as production describes it, with two paths of one service. */
export const prodModel: GatewayModel = {
  ...devModel,
  http: "redirect",
  debugHeaders: "hidden",
  limits: { api: 6000, signIn: 60, storage: 6000, functions: 3000, connections: 200 },
  csp: "strict",
  origins: ["https://sobertube.local", "https://admin.sobertube.local:8443"],
  routes: [...devModel.routes, keyed("/graphql/v1/", "rest", 3000), keyed("/auth/v1/", "auth", 9999)],
};

type Token = { readonly word: string } | ";" | "{" | "}";

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  t: "\t",
  r: "\r",
  n: "\n",
};

/** Reads a configuration as nginx's ngx_conf_read_token does: quotes, escapes, comments, `${`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const skipBlanks = (): void => {
    for (;;) {
      while (/\s/.test(text.charAt(at))) at += 1;
      if (text.charAt(at) !== "#") return;
      while (at < text.length && text.charAt(at) !== "\n") at += 1;
    }
  };
  const readWord = (ends: (character: string) => boolean): string => {
    let word = "";
    while (!ends(text.charAt(at))) {
      if (at >= text.length) throw new Error("the text ends inside a word");
      const escaped = text.charAt(at) === "\\" ? text.charAt(at + 1) : undefined;
      word += escaped === undefined ? text.charAt(at) : (escapes[escaped] ?? `\\${escaped}`);
      at += escaped === undefined ? 1 : 2;
    }
    return word;
  };
  for (skipBlanks(); at < text.length; skipBlanks()) {
    const first = text.charAt(at);
    if (first === ";" || first === "{" || first === "}") {
      tokens.push(first);
      at += 1;
    } else if (first === '"' || first === "'") {
      at += 1;
      tokens.push({ word: readWord((character) => character === first) });
      at += 1;
      if (!/^[\s;{)]/.test(text.slice(at))) throw new Error(`no space after the quotes at ${String(at)}`);
    } else {
      const isVariable = (): boolean => text.charAt(at) === "{" && text.charAt(at - 1) === "$";
      tokens.push({
        word: readWord((character) => /^[\s;{]$/.test(character) && !isVariable()),
      });
    }
  }
  return tokens;
}

/** The directives of a configuration's text. */
export function parse(text: string): Directive[] {
  const tokens = tokenize(text);
  const readBlock = (): Directive[] => {
    const directives: Directive[] = [];
    for (let words: string[] = []; ;) {
      const token = tokens.shift();
      if (token === undefined || token === "}") {
        if (words.length > 0) throw new Error(`${words.join(" ")} has no end`);
        return directives;
      }
      if (typeof token === "object") {
        words.push(token.word);
        continue;
      }
      const [name, ...args] = words;
      if (name === undefined) throw new Error(`${token} without a directive`);
      directives.push(token === "{" ? { name, args, children: readBlock() } : { name, args });
      words = [];
    }
  };
  return readBlock();
}

/** Directives of one name, wherever in the tree they stand. */
export function findAll(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((one) => [
    ...(one.name === name ? [one] : []),
    ...findAll(one.children ?? [], name),
  ]);
}

/** The one block of `children` with these arguments. */
export function findBlock(directives: readonly Directive[], name: string, ...args: string[]): Directive[] {
  const found = findAll(directives, name).filter((one) => args.every((arg, i) => one.args[i] === arg));
  if (found[0]?.children === undefined || found.length > 1)
    throw new Error(`${String(found.length)} blocks are ${[name, ...args].join(" ")}`);
  return [...found[0].children];
}

/** Arguments of the directives of one name that stand directly in a block. */
export const argsOf = (children: readonly Directive[], name: string): (readonly string[])[] =>
  children.filter((one) => one.name === name).map(({ args }) => args);

/** The value of the map that sets `variable`, as nginx looks it up: text first, then patterns, then the default. */
export function mapped(directives: readonly Directive[], variable: string, value: string): string {
  const map = findAll(directives, "map").find(({ args }) => args[1] === variable);
  const entries = (map?.children ?? []).map(({ name, args: [result = ""] }) => ({ name, result }));
  const plain = entries.filter(({ name }) => !name.startsWith("~") && name !== "default");
  // "String matching ignores the case", says nginx's documentation of map.
  const text = plain.find(({ name }) => name.toLowerCase() === value.toLowerCase());
  const matches = (name: string): boolean =>
    name.startsWith("~*")
      ? new RegExp(name.slice(2), "i").test(value)
      : new RegExp(name.slice(1)).test(value);
  const pattern = entries.find(({ name }) => name.startsWith("~") && matches(name));
  return (text ?? pattern ?? entries.find(({ name }) => name === "default"))?.result ?? "";
}
