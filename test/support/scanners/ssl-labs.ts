// SSL Labs' rating, guide 2009r of May 2025, as far as it is arithmetic.
import { connect, type SecureVersion, type TLSSocket } from "node:tls";

/** What a server lets a client agree on. */
export interface Offer {
  readonly protocols: readonly SecureVersion[];
  /** Bits of every cipher that it takes. */
  readonly cipherBits: readonly number[];
  readonly key: { readonly type: "ec" | "rsa"; readonly bits: number };
  readonly forwardSecret: boolean;
  readonly authenticated: boolean;
}

const protocolScores: Readonly<Record<SecureVersion, number>> = {
  TLSv1: 90,
  "TLSv1.1": 95,
  "TLSv1.2": 100,
  "TLSv1.3": 100,
};

const cipherScore = (bits: number): number =>
  [100, 80, 20, 0][[256, 128, 1, 0].findIndex((least) => bits >= least)] ?? 0;

/** RSA of 4096 bits and curves of 225 and more are full marks. */
const keyScore = ({ type, bits }: Offer["key"]): number =>
  type === "ec" ? (bits >= 225 ? 100 : 90) : bits >= 4096 ? 100 : bits >= 2048 ? 90 : 40;

const middle = (scores: readonly number[]): number => (Math.max(...scores) + Math.min(...scores)) / 2;

/** The score out of 100, and the grade after the caps that need no clock. */
export function rate(offer: Offer): { readonly score: number; readonly grade: "A+" | "A-" | "B" | "C" } {
  const score =
    0.3 * middle(offer.protocols.map((name) => protocolScores[name])) +
    0.3 * keyScore(offer.key) +
    0.4 * middle(offer.cipherBits.map(cipherScore));
  const has = (name: SecureVersion): boolean => offer.protocols.includes(name);
  if (!has("TLSv1.2") && !has("TLSv1.3")) return { score, grade: "C" };
  if (has("TLSv1") || has("TLSv1.1") || !offer.forwardSecret || !offer.authenticated)
    return { score, grade: "B" };
  return { score, grade: has("TLSv1.3") ? "A+" : "A-" };
}

export interface Target {
  readonly port: number;
  readonly host: string;
  readonly ca: string;
}

type Attempt = { readonly version: SecureVersion; readonly ciphers: string };

const attempt = ({ port, host, ca }: Target, { version, ciphers }: Attempt): Promise<TLSSocket | undefined> =>
  new Promise((resolve) => {
    const socket = connect(
      {
        ...{ host: "127.0.0.1", port, servername: host, ca },
        ...{ minVersion: version, maxVersion: version, ciphers },
      },
      () => {
        resolve(socket);
      },
    );
    socket.on("error", () => {
      resolve(undefined);
    });
  });

const modernSuites = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"];

/** Asks a server of this machine, one handshake after the other, for every version and every cipher of `ciphers`. */
export async function examine(target: Target, ciphers: readonly string[]): Promise<Offer> {
  const versions: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
  const protocols: SecureVersion[] = [];
  for (const version of versions) {
    const socket = await attempt(target, { version, ciphers: "ALL:@SECLEVEL=0" });
    if (socket !== undefined) protocols.push(version);
    socket?.destroy();
  }
  const taken: string[] = [];
  let key: Offer["key"] = { type: "rsa", bits: 0 };
  const suites = [
    ...modernSuites.map((name) => ({ version: "TLSv1.3" as const, ciphers: name })),
    ...ciphers.map((name) => ({ version: "TLSv1.2" as const, ciphers: `${name}:@SECLEVEL=0` })),
  ];
  for (const suite of suites) {
    const socket = await attempt(target, suite);
    if (socket === undefined) continue;
    taken.push(socket.getCipher().standardName);
    const { bits = 0, asn1Curve } = socket.getPeerCertificate();
    key = { type: asn1Curve === undefined ? "rsa" : "ec", bits };
    socket.destroy();
  }
  return {
    protocols,
    key,
    cipherBits: taken.map((name) => (/256_(GCM|CCM|CBC)|CHACHA20/.test(name) ? 256 : 128)),
    forwardSecret: taken.every((name) => /^TLS_(ECDHE|DHE|AES|CHACHA20)_/.test(name)),
    authenticated: taken.every((name) => /GCM|CCM|POLY1305/.test(name)),
  };
}
