import { type Directive, directive } from "./nginx.js";

/**
 * Mozilla's TLS guideline 6.0 (2026-04-06), intermediate: TLS 1.2 and 1.3, forward secrecy and
 * authenticated encryption only. Groups are listed one by one because of CVE-2026-2673.
 */
export const tlsDirectives: readonly Directive[] = [
  directive("ssl_protocols", "TLSv1.2", "TLSv1.3"),
  directive(
    "ssl_ciphers",
    [
      "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-RSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-RSA-AES256-GCM-SHA384",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
      "ECDHE-RSA-CHACHA20-POLY1305",
    ].join(":"),
  ),
  directive("ssl_ecdh_curve", "X25519MLKEM768:X25519:prime256v1:secp384r1"),
  directive("ssl_prefer_server_ciphers", "off"),
  directive("ssl_session_timeout", "1d"),
  // A shared cache also rotates the keys of session tickets by itself; 1 MB holds about 4,000 sessions.
  directive("ssl_session_cache", "shared:gateway:10m"),
];

/** The certificate of one server, by the name of its leaf. */
export const certificateDirectives = (leaf: string): Directive[] => [
  directive("ssl_certificate", `certificates/${leaf}.crt`),
  directive("ssl_certificate_key", `certificates/${leaf}.key`),
];
