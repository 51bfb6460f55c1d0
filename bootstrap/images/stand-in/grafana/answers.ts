import type { Answer } from "../lib/http.js";

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
  body: JSON.stringify(body),
});

const guarded = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "deny",
  "Referrer-Policy": "same-origin",
};

export const page = (status: number, body: string): Answer => ({ status, headers: guarded, body });

/** @param cookie - a Set-Cookie header's value */
export const redirect = (location: string, cookie?: string): Answer => ({
  status: 302,
  headers: { Location: location, ...(cookie === undefined ? {} : { "Set-Cookie": cookie }) },
});
