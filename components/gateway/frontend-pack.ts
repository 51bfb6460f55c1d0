// A program: `frontend-pack FOLDER DIGEST` writes a frontend to standard output as the tar archive that the gateway
// unpacks: every file as it is below identity/, and below br/ and gzip/ those that are smaller so. Files go through one
// by one, so that neither Pulumi's state nor any memory ever holds a whole frontend.
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { contentTime } from "./content-time.js";
import { readFrontend } from "./frontend-files.js";
import { isCompressible } from "./media-types.js";

/** Below it, headers and a second file cost more than the bytes that are saved. */
const leastBytes = 512;

/** Brotli's best level takes two seconds for a megabyte; a larger file gets one that is 20 times as fast. */
const brotliQuality = (size: number): number => (size <= 1024 ** 2 ? 11 : 9);

const brotli = (content: Buffer): Promise<Buffer> =>
  promisify<Buffer, object, Buffer>(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality(content.length),
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });

const zip = (content: Buffer): Promise<Buffer> =>
  promisify<Buffer, object, Buffer>(gzip)(content, { level: constants.Z_BEST_COMPRESSION });

const add = (tar: Pack, name: string, content: Buffer | string): Promise<void> =>
  new Promise((resolve, reject) => {
    tar.entry({ name, mode: 0o640, mtime: contentTime(content) }, content, (error) =>
      error ? reject(error) : resolve(),
    );
  });

async function addFile(tar: Pack, root: string, path: string): Promise<void> {
  const content = readFileSync(join(root, path));
  await add(tar, `identity/${path}`, content);
  if (!isCompressible(extname(path)) || content.length < leastBytes) return;
  const [br, gz] = await Promise.all([brotli(content), zip(content)]);
  if (br.length < content.length) await add(tar, `br/${path}`, br);
  if (gz.length < content.length) await add(tar, `gzip/${path}`, gz);
}

async function write(root: string, expected: string): Promise<void> {
  const tar = pack();
  const sent = pipeline(tar, process.stdout);
  const { paths, digest } = readFrontend(root);
  if (digest === expected) {
    for (const path of paths) await addFile(tar, root, path);
  }
  if (readFrontend(root).digest !== expected)
    throw new Error(`${root} was changed while it was being delivered; run the update again`);
  // The receiver's proof that nothing is missing.
  await add(tar, ".complete", expected);
  tar.finalize();
  await sent;
}

const [folder = "", digest = ""] = process.argv.slice(2);
write(folder, digest).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
