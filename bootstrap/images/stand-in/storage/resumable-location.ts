import type { IncomingHttpHeaders } from "node:http";
import type { Resumable } from "./settings.js";
import { encodeUploadId } from "./upload-id.js";

export interface Requested {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  /** Scheme and host as the tus server found them, forwarded headers included. */
  readonly proto: string;
  readonly host: string;
  readonly id: string;
}

/** The absolute URL under which the client goes on with its upload. */
export function uploadLocation(resumable: Resumable, { headers, url, proto, host, id }: Requested): string {
  const { publicUrl, forceHttps, forwardedPrefix, path } = resumable;
  const scheme = forceHttps ? "https" : (publicUrl?.protocol.replace(":", "") ?? proto);
  const authority = publicUrl?.host ?? withForwardedPort(host, headers);
  const prefix = forwardedPrefix ? first(headers["x-forwarded-prefix"]).replace(/\/+$/, "") : "";
  const signed = /\/sign\/?(\?|$)/.test(url) ? "/sign" : "";
  return `${scheme}://${authority}${prefix}${path}${signed}/${encodeUploadId(id)}`;
}

/** A gateway on a port of its own names it apart from the host. */
function withForwardedPort(host: string, headers: IncomingHttpHeaders): string {
  const port = first(headers["x-forwarded-port"]);
  const usual = port === "" || ["80", "443"].includes(port);
  if (usual || headers["x-forwarded-host"] === undefined) return host;
  return `${host.replace(/:\d+$/, "")}:${port}`;
}

const first = (header: string | string[] | undefined): string => [header ?? ""].flat()[0] ?? "";
