import type { GatewayModel } from "./model.js";
import { type Directive, directive } from "./nginx.js";

interface Profile {
  readonly protocols: readonly string[];
  /** Cipher suites below TLS 1.3. */
  readonly ciphers: readonly string[];
}

/** Mozilla's TLS guideline 6.0 (2026-04-06): forward secrecy and authenticated encryption only. */
const profiles: Readonly<Record<GatewayModel["tls"], Profile>> = {
  intermediate: {
    protocols: ["TLSv1.2", "TLSv1.3"],
    ciphers: [
      "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-RSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-RSA-AES256-GCM-SHA384",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
      "ECDHE-RSA-CHACHA20-POLY1305",
    ],
  },
  modern: { protocols: ["TLSv1.3"], ciphers: [] },
};

/** What every handshake may agree on. */
export function tlsDirectives({ tls }: GatewayModel): Directive[] {
  const { protocols, ciphers } = profiles[tls];
  return [
    directive("ssl_protocols", ...protocols),
    ...(ciphers.length === 0 ? [] : [directive("ssl_ciphers", ciphers.join(":"))]),
    // One by one, because of CVE-2026-2673.
    directive("ssl_ecdh_curve", "X25519MLKEM768:X25519:prime256v1:secp384r1"),
    directive("ssl_prefer_server_ciphers", "off"),
    directive("ssl_session_timeout", "1d"),
    // A shared cache also rotates the keys of session tickets by itself; 1 MB holds about 4,000 sessions.
    directive("ssl_session_cache", "shared:gateway:10m"),
  ];
}

/** The certificate of one server, by the name of its leaf. */
export const certificateDirectives = (leaf: string): Directive[] => [
  directive("ssl_certificate", `certificates/${leaf}.crt`),
  directive("ssl_certificate_key", `certificates/${leaf}.key`),
];

const quic: Readonly<Record<GatewayModel["http3"], (port: number, more: readonly string[]) => Directive[]>> =
  {
    off: () => [],
    on: (port, more) => [directive("listen", port, "quic", ...more)],
  };

/** A port that speaks TLS: HTTP/1.1, HTTP/2, and HTTP/3 over UDP where that is on. */
export const listenTls = ({ http3 }: GatewayModel, port: number): Directive[] => [
  directive("listen", port, "ssl"),
  ...quic[http3](port, []),
  directive("http2", "on"),
];

/** The same for the server that takes every name that no other one has. */
export const listenTlsDefault = ({ http3 }: GatewayModel, port: number): Directive[] => [
  directive("listen", port, "ssl", "default_server"),
  // One socket for each worker, so that a connection's packets stay with the worker that knows it.
  ...quic[http3](port, ["default_server", "reuseport"]),
  directive("http2", "on"),
];
