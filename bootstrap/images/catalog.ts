// The images that are made on this machine where no registry answers, and what each is made of.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A suite of Debian that an image stands on. */
export type Suite = "trixie" | "forky";

/** How one image is made. */
export interface Recipe {
  readonly repository: string;
  /** Version of the program in the suite, shown in the tag. @default - the tag is the hash alone */
  readonly version?: string;
  readonly suite: Suite;
  /** Folder of the Dockerfile, below `bootstrap/images`. */
  readonly folder: string;
  /** A program of ours that is bundled into the image; its `main.ts` lies beside the Dockerfile. @default - none */
  readonly bundle?: Bundle;
}

/** What a bundled program is made of, apart from its own folder. */
export interface Bundle {
  /** Folder of sources that several programs share, below `bootstrap/images`. */
  readonly shared: string;
  /** npm packages that end up in the bundle. */
  readonly packages: readonly string[];
}

const recipes = {
  postgres: { repository: "platform-local/postgres", version: "17", suite: "trixie", folder: "postgres" },
  nginx: { repository: "platform-local/nginx", version: "1.30", suite: "forky", folder: "nginx" },
  rest: {
    repository: "platform-stand-in/rest",
    suite: "trixie",
    folder: "stand-in/rest",
    bundle: { shared: "stand-in/lib", packages: ["pg", "jose"] },
  },
} as const satisfies Record<string, Recipe>;

/** An image that can be made here. */
export type LocalImageName = keyof typeof recipes;

export const localImageNames = Object.keys(recipes) as LocalImageName[];

/** How an image is made. */
export function recipe(name: LocalImageName): Recipe {
  return recipes[name];
}

/** The reference of an image made here; another source is another tag. */
export function localImage(name: LocalImageName, images = __dirname): string {
  const { repository, version, suite, folder, bundle } = recipe(name);
  const parts = [baseImage(suite, images), ...filesBelow(join(images, folder))];
  if (bundle !== undefined) {
    parts.push(...filesBelow(join(images, bundle.shared)));
    parts.push(...pinnedVersions(join(dirname(dirname(images)), "package.json"), bundle.packages));
  }
  return `${repository}:${version === undefined ? "" : `${version}-`}${digest(parts)}`;
}

/** The reference of the bare Debian that images stand on. */
export function baseImage(suite: Suite, images = __dirname): string {
  return `platform-local/base-${suite}:${digest([suite, ...filesBelow(join(images, "base"))])}`;
}

/** Names and contents, in an order that does not depend on the file system. */
function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory()
        ? filesBelow(path, `${prefix}${entry.name}/`)
        : [prefix + entry.name, readFileSync(path, "utf8")];
    });
}

function pinnedVersions(manifest: string, packages: readonly string[]): string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  return packages.map((name) => {
    const version = dependencies[name] ?? devDependencies[name];
    if (version === undefined)
      throw new Error(`package.json pins no ${name}, which an image is bundled with`);
    return `${name}@${version}`;
  });
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}
