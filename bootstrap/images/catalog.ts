// The images that are made on this machine where no registry answers, and what each is made of.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Recipe, Suite } from "./recipe.js";

const recipes = {
  postgres: { repository: "platform-local/postgres", version: "17", suite: "trixie", folder: "postgres" },
  nginx: {
    repository: "platform-local/nginx",
    version: "1.30",
    suite: "forky",
    folder: "nginx",
    data: [{ name: "coreruleset", module: "github.com/corazawaf/coraza-coreruleset/v4", path: "rules" }],
  },
  redis: { repository: "platform-local/redis", version: "8.0", suite: "trixie", folder: "redis" },
  minio: {
    repository: "platform-local/minio",
    version: "2026-02-12",
    suite: "trixie",
    folder: "minio",
    programs: [
      {
        name: "minio",
        package: "github.com/minio/minio",
        variables: {
          "github.com/minio/minio/cmd.Version": "2026-02-12T20:18:48Z",
          "github.com/minio/minio/cmd.ReleaseTag": "DEVELOPMENT.2026-02-12T20-18-48Z",
        },
      },
      { name: "mc", package: "github.com/minio/mc" },
    ],
  },
  inbucket: {
    repository: "platform-local/inbucket",
    version: "3.1.1",
    suite: "trixie",
    folder: "inbucket",
    programs: [
      {
        name: "inbucket",
        package: "github.com/inbucket/inbucket/v3/cmd/inbucket",
        variables: { "main.version": "v3.1.1" },
      },
    ],
  },
  prometheus: {
    repository: "platform-local/prometheus",
    version: "2.53",
    suite: "trixie",
    folder: "prometheus",
  },
  postgresExporter: {
    repository: "platform-local/postgres-exporter",
    version: "0.17",
    suite: "trixie",
    folder: "postgres-exporter",
  },
  redisExporter: {
    repository: "platform-local/redis-exporter",
    version: "1.69",
    suite: "trixie",
    folder: "redis-exporter",
  },
  blackboxExporter: {
    repository: "platform-local/blackbox-exporter",
    version: "0.26",
    suite: "trixie",
    folder: "blackbox-exporter",
  },
  rest: {
    repository: "platform-stand-in/rest",
    suite: "trixie",
    folder: "stand-in/rest",
    bundle: { shared: "stand-in/lib", packages: ["pg", "jose"] },
  },
  auth: {
    repository: "platform-stand-in/auth",
    suite: "trixie",
    folder: "stand-in/auth",
    bundle: {
      shared: "stand-in/lib",
      packages: ["pg", "jose", "zod", "bcryptjs", "nodemailer", "prom-client"],
    },
  },
  edgeFunctions: {
    repository: "platform-local/edge-runtime-deno",
    suite: "trixie",
    folder: "edge-functions",
    npmProgram: { package: "deno", path: "@deno/linux-{arch}-glibc/deno" },
  },
  storage: {
    repository: "platform-stand-in/storage",
    suite: "trixie",
    folder: "stand-in/storage",
    bundle: {
      shared: "stand-in/lib",
      packages: ["pg", "jose", "@aws-sdk/client-s3", "@tus/server", "@tus/s3-store"],
    },
  },
  imgproxy: {
    repository: "platform-stand-in/imgproxy",
    suite: "trixie",
    folder: "stand-in/imgproxy",
    bundle: { shared: "stand-in/lib", packages: ["prom-client"] },
  },
  realtime: {
    repository: "platform-stand-in/realtime",
    suite: "trixie",
    folder: "stand-in/realtime",
    bundle: { shared: "stand-in/lib", packages: ["pg", "jose", "ws", "prom-client"] },
  },
  grafana: {
    repository: "platform-stand-in/grafana",
    suite: "trixie",
    folder: "stand-in/grafana",
    bundle: { shared: "stand-in/lib", packages: ["yaml", "zod", "prom-client"] },
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
  const { repository, version, suite, folder, bundle, npmProgram, programs, data } = recipe(name);
  const parts = [baseImage(suite, images), ...filesBelow(join(images, folder))];
  const manifest = join(dirname(dirname(images)), "package.json");
  if (bundle !== undefined) {
    parts.push(...filesBelow(join(images, bundle.shared)));
    parts.push(...pinnedVersions(manifest, bundle.packages));
  }
  if (npmProgram !== undefined) parts.push(...pinnedVersions(manifest, [npmProgram.package]));
  if (programs !== undefined) parts.push(JSON.stringify(programs));
  if (data !== undefined) parts.push(JSON.stringify(data));
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
