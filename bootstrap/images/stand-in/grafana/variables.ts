import { readFileSync } from "node:fs";

type Variables = Readonly<Record<string, string | undefined>>;

const suffix = "__FILE";

/** Puts the contents of files that `GF_…__FILE` variables name under the variables' own names. */
export function withFiles(values: Variables): { values: Variables; problems: string[] } {
  const problems: string[] = [];
  const named = Object.keys(values).filter((name) => name.startsWith("GF_") && name.endsWith(suffix));
  const read = named.flatMap((fileName) => {
    const [name, path] = [fileName.slice(0, -suffix.length), values[fileName]];
    if (!path) return [];
    if (values[name]) problems.push(`Both ${name} and ${fileName} are set (but are exclusive)`);
    try {
      return [[name, readFileSync(path, "utf8").replace(/\n+$/, "")] as const];
    } catch (error) {
      problems.push(`${fileName} names a file that cannot be read: ${String((error as Error).message)}`);
      return [];
    }
  });
  return { values: { ...values, ...Object.fromEntries(read) }, problems };
}

/** Fills in variables and files as provisioning files may ask for them. */
export function expand(text: string, variables: Variables): string {
  const pattern = /\$\$|\$__env\{(\w+)\}|\$__file\{([^}]+)\}|\$\{(\w+)\}|\$(\w+)/g;
  return text.replace(pattern, (whole, ...groups: (string | undefined)[]) => {
    if (whole === "$$") return "$";
    const [inEnvironment, file, braced, bare] = groups;
    if (file !== undefined) return readFileSync(file, "utf8").trim();
    return variables[inEnvironment ?? braced ?? bare ?? ""] ?? "";
  });
}

/** The same for every text inside a value. */
export function expandAll(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return expand(value, variables);
  if (Array.isArray(value)) return value.map((one) => expandAll(one, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expandAll(one, variables)]));
}
