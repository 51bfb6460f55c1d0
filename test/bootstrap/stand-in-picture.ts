// Pictures for tests, and a look at pictures with libvips.
import { spawnSync } from "node:child_process";
import { crc32, deflateSync } from "node:zlib";

/** A PNG whose left half is red and whose right half is blue. */
export function png(width: number, height: number): Buffer {
  const row = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x++) row[1 + x * 3 + (x < width / 2 ? 0 : 2)] = 255;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Runs a program of libvips in a container that has it. */
export function vips(container: string, command: readonly string[], input: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync("docker", ["exec", "-i", container, ...command], { input });
  if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
  return stdout;
}

/** Such as `100x50 webpload`. */
export function look(container: string, picture: Buffer): string {
  const text = vips(container, ["vipsheader", "-a", "stdin"], picture).toString();
  const field = (name: string) => new RegExp(`^${name}: (\\w+)`, "m").exec(text)?.[1] ?? "?";
  return `${field("width")}x${field("height")} ${field("vips-loader").replace("load_source", "")}`;
}
