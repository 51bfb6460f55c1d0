import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { dayOf, daysUntil, readCertificate } from "../certificate-facts.js";
import type { Endpoint, Outputs } from "../outputs.js";
import { bad, type Check, good, type Verdict } from "./check.js";
import { reachable } from "./http.js";
import { type Platform, remakeOf, upOf } from "./platform.js";

/** What a TLS server showed. */
export interface Handshake {
  /** Why its chain does not lead to the authority. @default - it does */
  readonly fault?: string;
  /** DER. */
  readonly certificate: Buffer;
}

/** Whether the served certificates are the stack's, trusted, good for their names, and far from their end. */
export function certificateChecks(platform: Platform): Check[] {
  const { endpoints, certificates, caCertificate } = platform.outputs;
  const served = (leaf: string, endpoint: Endpoint): Check => ({
    group: "certificates",
    name: `${leaf} on port ${String(endpoint.port)}`,
    ask: async (signal) => {
      const handshake = await shakeHands(endpoint, caCertificate, signal);
      const foreign = judgeHandshake(platform, certificates[leaf]?.certificate, handshake);
      return (
        foreign ??
        judgeCertificate(platform, handshake.certificate, namesOf(platform.outputs, leaf), Date.now())
      );
    },
  });
  const kept = Object.entries(certificates).filter(([leaf]) => leaf !== "server" && leaf !== "api");
  return [
    served("server", endpoints.https),
    served("api", endpoints.api),
    ...kept.map(([leaf, { certificate }]): Check => ({
      group: "certificates",
      name: leaf,
      ask: () =>
        Promise.resolve(judgeCertificate(platform, certificate, namesOf(platform.outputs, leaf), Date.now())),
    })),
    {
      group: "certificates",
      name: "authority",
      ask: () => Promise.resolve(judgeCertificate(platform, caCertificate, [], Date.now())),
    },
  ];
}

/** The names that a leaf has to be good for. */
export function namesOf({ endpoints }: Pick<Outputs, "endpoints">, leaf: string): string[] {
  const domain = new URL(endpoints.https.url).hostname;
  const own = leaf === "server" ? [domain, `any.${domain}`] : [`${leaf}.${domain}`];
  return [...own, "localhost", "127.0.0.1"];
}

function shakeHands({ bind, port, url }: Endpoint, ca: string, signal: AbortSignal): Promise<Handshake> {
  const { hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    // An untrusted certificate is looked at too, so that the report can say what it is.
    const socket = connect({
      host: reachable(bind),
      port,
      servername: hostname,
      ca,
      rejectUnauthorized: false,
    });
    signal.addEventListener("abort", () => socket.destroy());
    socket.on("error", reject);
    socket.on("secureConnect", () => {
      const { raw } = socket.getPeerCertificate();
      // Node's types call it an error, and it is the error's code.
      const fault = socket.authorized ? undefined : String(socket.authorizationError);
      socket.destroy();
      resolve({ fault, certificate: raw });
    });
  });
}

/** What is wrong with what a server showed. @returns undefined when it is trusted and the stack's own */
export function judgeHandshake(
  platform: Pick<Platform, "stack">,
  own: string | undefined,
  { fault, certificate }: Handshake,
): Verdict | undefined {
  if (fault !== undefined)
    return bad(`not trusted by the stack's authority: ${fault}`, remakeOf(platform, "gateway-delivery"));
  if (own === undefined || new X509Certificate(own).raw.equals(certificate)) return undefined;
  return bad(
    "the gateway serves another certificate than the stack's",
    remakeOf(platform, "gateway-delivery"),
  );
}

/** Days before its end from which a certificate is a failure: an `up` renews it 30 days before. */
const margin = 7;

/** A certificate's names and how long it lives. */
export function judgeCertificate(
  platform: Pick<Platform, "stack">,
  certificate: string | Buffer,
  names: readonly string[],
  now: number,
): Verdict {
  const x509 = new X509Certificate(certificate);
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)) !== undefined;
  const missing = names.filter((name) => !covers(name));
  const { expires } = readCertificate(certificate);
  const left = daysUntil(expires, now);
  const end = `${String(left)} days left, until ${dayOf(expires)}`;
  if (missing.length > 0) return bad(`not good for ${missing.join(", ")}`, upOf(platform));
  if (left < 0) return bad(`expired on ${dayOf(expires)}`, `${upOf(platform)} renews it`);
  if (left < margin) return bad(end, `${upOf(platform)} renews it`);
  return good(end);
}
