import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { type Block, deriveBlocks, overlaps, subnetFault } from "../../settings/addresses.js";

/** Subnets that a stack may begin with. */
const subnets = fc
  .record({ bits: fc.integer({ min: 16, max: 27 }), seed: fc.nat(2 ** 24 - 1) })
  .map(({ bits, seed }) => {
    const size = 2 ** (32 - bits);
    const first = seed - (seed % size);
    return `10.${[16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${String(bits)}`;
  })
  .filter((subnet) => subnetFault(subnet) === undefined);

describe("the blocks of a stack", () => {
  it("are the four consecutive ones that begin with its subnet", () => {
    expect(deriveBlocks("172.16.0.0/24")).toEqual({
      main: { subnet: "172.16.0.0/24", gateway: "172.16.0.1" },
      data: { subnet: "172.16.1.0/24", gateway: "172.16.1.1" },
      monitoring: { subnet: "172.16.2.0/24", gateway: "172.16.2.1" },
      reserve: { subnet: "172.16.3.0/24", gateway: "172.16.3.1" },
    });
  });

  it("never overlap, and each holds its gateway", () => {
    fc.assert(
      fc.property(subnets, (subnet) => {
        const blocks = Object.values<Block>({ ...deriveBlocks(subnet) });
        blocks.forEach((block, index) => {
          expect(ipaddr.IPv4.parse(block.gateway).match(ipaddr.IPv4.parseCIDR(block.subnet))).toBe(true);
          blocks.slice(index + 1).forEach((other) => {
            expect(overlaps(block.subnet, other.subnet)).toBe(false);
          });
        });
      }),
    );
  });
});

describe("overlapping", () => {
  it.each([
    ["172.16.0.0/24", "172.16.0.0/16", true],
    ["172.16.0.0/24", "172.16.0.128/25", true],
    ["172.16.0.0/24", "172.16.1.0/24", false],
    ["10.0.0.0/8", "172.16.0.0/24", false],
  ])("of %s and %s is %s, either way round", (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });
});
