import { Failure } from "./failure.ts";
import { defaultFolder } from "./settings.ts";

/** One edge function, as its folder describes it. */
export interface FunctionDefinition {
  readonly name: string;
  /** Folder with its `index.ts`. */
  readonly folder: string;
  /** `verify_jwt` of its `function.json`. @default - VERIFY_JWT decides */
  readonly verifyJwt?: boolean;
}

const reserved = ["main", "health"];

/** Names that begin with `_` are for what functions share. */
export const isFunctionName = (name: string): boolean =>
  /^[a-zA-Z0-9-][a-zA-Z0-9_-]*$/.test(name) && !reserved.includes(name);

/** The function of that name; one without an `index.ts` does not exist. */
export async function findFunction(root: string, name: string): Promise<FunctionDefinition> {
  const folder = `${root}/${name}`;
  if (!isFunctionName(name) || !(await isFile(`${folder}/index.ts`))) {
    throw new Failure(404, "function_not_found", "There is no function of this name");
  }
  return { name, folder, ...(await options(name, `${folder}/function.json`)) };
}

/** Every function of a folder; one whose description is wrong is reported and left out. */
export async function functionsIn(root = defaultFolder): Promise<FunctionDefinition[]> {
  const found: FunctionDefinition[] = [];
  for await (const { name } of Deno.readDir(root)) {
    await findFunction(root, name).then(
      (definition) => found.push(definition),
      () => {},
    );
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(
    (info) => info.isFile,
    () => false,
  );
}

async function options(name: string, path: string): Promise<Pick<FunctionDefinition, "verifyJwt">> {
  const text = await Deno.readTextFile(path).catch(() => undefined);
  if (text === undefined) return {};
  const problem = (what: string) => {
    console.error(`${name}: function.json ${what}`);
    return new Failure(500, "function_misconfigured", "The function's description is not valid");
  };
  const described = parse(text);
  if (described === undefined) throw problem("is not a JSON object");
  const { verify_jwt: verifyJwt, ...unknown } = described;
  const names = Object.keys(unknown);
  if (names.length > 0)
    throw problem(`has keys that are not known: ${names.join(", ")}; expected verify_jwt`);
  if (verifyJwt !== undefined && typeof verifyJwt !== "boolean") {
    throw problem("has a verify_jwt that is neither true nor false");
  }
  return { verifyJwt };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
