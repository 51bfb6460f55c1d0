import type { IncomingMessage } from "node:http";

/** Whether another site's page sends what the browser then adds its cookie to. Ports do not count. */
export function foreign({ headers: { origin, host, cookie } }: IncomingMessage): boolean {
  if (origin === undefined || cookie === undefined) return false;
  const name = (url: string) => (URL.canParse(url) ? new URL(url).hostname : undefined);
  return name(origin) !== name(`http://${host}`);
}

/** The fields of a JSON text; of anything else there are none. */
export function fields(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
