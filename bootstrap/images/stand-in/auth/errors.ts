import type { Answer } from "../lib/http.js";

/** An error in the shape that GoTrue answers with. */
export class AuthError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly options: {
      /** More fields of the body. @default - none */
      readonly more?: Readonly<Record<string, unknown>>;
      /** Whether what the request has changed stays. @default false */
      readonly keepChanges?: boolean;
    } = {},
  ) {
    super(message);
  }
}

export const invalid = (message: string) => new AuthError(400, "validation_failed", message);

const apiVersion = "2024-01-01";

/** Clients that know of API versions get the code as `code`; for all others `code` is the status. */
export function errorAnswer(error: AuthError, versionHeader: string | undefined): Answer {
  const { status, code, message } = error;
  const knowsVersions =
    /^\d{4}-\d{2}-\d{2}$/.test(versionHeader ?? "") && (versionHeader ?? "") >= apiVersion;
  const body = knowsVersions ? { code, message } : { code: status, error_code: code, msg: message };
  return {
    status,
    headers: {
      "Content-Type": "application/json",
      "X-Sb-Error-Code": code,
      ...(knowsVersions ? { "X-Supabase-Api-Version": apiVersion } : {}),
    },
    body: JSON.stringify({ ...body, ...error.options.more }),
  };
}
