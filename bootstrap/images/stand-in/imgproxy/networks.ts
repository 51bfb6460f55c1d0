import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { invalidSource } from "./errors.js";
import type { Sources } from "./settings.js";

const networks: Readonly<Record<"loopback" | "linkLocal" | "private", readonly string[]>> = {
  loopback: ["127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128"],
  linkLocal: ["169.254.0.0/16", "224.0.0.0/24", "fe80::/10", "ff02::/16"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** Refuses addresses that a source may not lie at. */
export class Networks {
  private readonly refused = new BlockList();

  constructor(sources: Sources) {
    for (const kind of ["loopback", "linkLocal", "private"] as const) {
      for (const subnet of sources[kind] ? [] : networks[kind]) {
        const [address = "", bits] = subnet.split("/");
        this.refused.addSubnet(address, Number(bits), family(address));
      }
    }
  }

  /** Looks at a host that is an address already; names are looked at when they are resolved. */
  verifyHost(host: string): void {
    const address = host.replace(/^\[|\]$/g, "");
    if (isIP(address) !== 0) this.verify(address);
  }

  /** Resolves a name for a connection, so that what is looked at is what is connected to. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      try {
        for (const { address } of found) this.verify(address);
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, []);
      }
      const [first] = found;
      return options.all === true
        ? callback(null, found)
        : callback(null, first?.address ?? "", first?.family);
    });
  };

  private verify(address: string): void {
    if (this.refused.check(address, family(address)))
      throw invalidSource(`Source address is not allowed: ${address}`);
  }
}

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");
