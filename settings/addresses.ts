import ipaddr from "ipaddr.js";

/** One block of addresses and the address that Docker's bridge takes in it. */
export interface Block {
  /** CIDR notation, e.g. `172.16.0.0/24`. */
  readonly subnet: string;
  /** The first address of the block. */
  readonly gateway: string;
}

/** The consecutive blocks of a stack, from `network.subnet` on. */
export interface Blocks {
  readonly main: Block;
  readonly data: Block;
  readonly monitoring: Block;
  readonly reserve: Block;
}

const blockNames = ["main", "data", "monitoring", "reserve"] as const;

const toNumber = (address: ipaddr.IPv4): number =>
  address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);

const toAddress = (value: number): string =>
  new ipaddr.IPv4([24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256)).toString();

/** A block's first address as a number, and how many addresses it holds. */
function extent(subnet: string): { first: number; size: number; bits: number } {
  const [address, bits] = ipaddr.IPv4.parseCIDR(subnet);
  return { first: toNumber(address), size: 2 ** (32 - bits), bits };
}

/**
 * Why `subnet` cannot be the first block of a stack, or undefined when it can.
 * Private ranges are those of RFC 1918.
 */
export function subnetFault(subnet: string): string | undefined {
  if (!ipaddr.IPv4.isValidCIDR(subnet)) return "an IPv4 subnet in CIDR notation, such as 172.16.0.0/24";
  const { first, size, bits } = extent(subnet);
  if (bits < 16 || bits > 27) return "a subnet of /16 to /27, such as 172.16.0.0/24";
  if (first % size !== 0) {
    return `the first address of its subnet: ${toAddress(first - (first % size))}/${String(bits)}`;
  }
  const last = first + blockNames.length * size - 1;
  const isPrivate = (value: number): boolean => ipaddr.IPv4.parse(toAddress(value)).range() === "private";
  if (!isPrivate(first) || !isPrivate(last)) {
    return "four consecutive blocks inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16";
  }
  return undefined;
}

/** The four blocks that follow from the first subnet. */
export function deriveBlocks(subnet: string): Blocks {
  const { first, size, bits } = extent(subnet);
  const block = (index: number): Block => ({
    subnet: `${toAddress(first + index * size)}/${String(bits)}`,
    gateway: toAddress(first + index * size + 1),
  });
  return { main: block(0), data: block(1), monitoring: block(2), reserve: block(3) };
}

/** Whether two IPv4 subnets share an address. */
export function overlaps(one: string, other: string): boolean {
  const a = extent(one);
  const b = extent(other);
  return a.first < b.first + b.size && b.first < a.first + a.size;
}
