import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { contentTime } from "./content-time.js";
import { type GatewayModel } from "./model.js";
import { renderNginx } from "./main.js";
import { scripts } from "./scripts.js";
import { firewallFiles } from "./waf.js";

/** Files by path below the generation's folder. */
export type Tree = Readonly<Record<string, string>>;

/** What one generation of the gateway is made of. */
export interface GenerationInput {
  readonly model: GatewayModel;
  /** PEM pairs by leaf name. */
  readonly certificates: Readonly<
    Record<string, { readonly certificate: string; readonly privateKey: string }>
  >;
  /** Files of the platform's own page by path, e.g. `index.html`; none where a frontend is served. */
  readonly frontend: Tree;
}

/** A configuration as a whole: its name, and its files. */
export interface Generation {
  /** The first 16 hexadecimal digits of the SHA-256 over all files. */
  readonly id: string;
  readonly files: Tree;
}

/** The files of a generation; the same input gives the same generation, byte by byte. */
export function renderGeneration({ model, certificates, frontend }: GenerationInput): Generation {
  const pairs = Object.entries(certificates).flatMap(([leaf, { certificate, privateKey }]) => [
    [`certificates/${leaf}.crt`, certificate],
    [`certificates/${leaf}.key`, privateKey],
  ]);
  const pages = Object.entries(frontend).map(([path, content]) => [`frontend/${path}`, content]);
  const others: Tree = {
    ...(Object.fromEntries([...pairs, ...pages]) as Tree),
    ...scripts,
    ...firewallFiles(model),
  };
  const content = JSON.stringify([renderNginx(model, ""), others]);
  const id = createHash("sha256").update(content).digest("hex").slice(0, 16);
  return { id, files: { "nginx.conf": renderNginx(model, id), ...others } };
}

/**
 * The files as a compressed tar archive in base64; without clock or owners, so that it never changes by itself.
 * Compressed, because Pulumi writes its whole state anew after every step, and this is the largest part of it.
 */
export async function archive(files: Tree): Promise<string> {
  const tar = pack();
  for (const [name, content] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    tar.entry({ name, mode: 0o640, mtime: contentTime(content) }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks), { level: 9 }).toString("base64");
}
