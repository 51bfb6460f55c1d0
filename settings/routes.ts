import { readFileSync } from "node:fs";
import ipaddr from "ipaddr.js";

/** Routes of Linux, less the default one; little-endian hexadecimal words, as the kernel documents /proc/net/route. */
export function routes(): { subnet: string; device: string }[] {
  const table = readRoutes();
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [device, destination, , , , , , mask] = line.split("\t");
      if (device === undefined || destination === undefined || mask === undefined || mask === "00000000")
        return [];
      const bits = ipaddr.IPv4.parse(dotted(mask)).prefixLengthFromSubnetMask();
      return bits === null ? [] : [{ subnet: `${dotted(destination)}/${String(bits)}`, device }];
    });
}

const dotted = (word: string): string =>
  (word.match(/../g) ?? [])
    .reverse()
    .map((byte) => parseInt(byte, 16))
    .join(".");

function readRoutes(): string {
  try {
    return readFileSync("/proc/net/route", "utf8");
  } catch {
    return "";
  }
}
