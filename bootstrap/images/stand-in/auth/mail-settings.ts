import type { Environment } from "../lib/env.js";
import { checkUrl, duration } from "./values.js";

/** What a mail is about, as its link says. */
export type MailType = "signup" | "invite" | "magiclink" | "recovery" | "email_change";

export interface MailSettings {
  /** The server that takes mails. @default - mails are not sent */
  readonly server?: MailServer;
  /** Milliseconds between two mails of a kind to one user at least. */
  readonly maxFrequency: number;
  /** Seconds for which a link or a code is good. */
  readonly otpExpiry: number;
  readonly otpLength: number;
  /** Path or address of the links, by the mail's type. */
  readonly paths: Readonly<Record<MailType, string>>;
  /** Hosts that a forwarded request may name and links then lead to. */
  readonly externalHosts: readonly string[];
  /** Whether a new address has to be confirmed from the old one, too. */
  readonly secureEmailChange: boolean;
}

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** @default - no login */
  readonly login?: { readonly user: string; readonly pass: string };
  readonly from: { readonly name: string; readonly address: string };
}

export function readMailSettings(environment: Environment): MailSettings {
  const recovery = path(environment, "RECOVERY");
  return {
    server: readServer(environment),
    maxFrequency: duration(environment, "GOTRUE_SMTP_MAX_FREQUENCY", 0) || 60_000,
    otpExpiry: environment.integer("GOTRUE_MAILER_OTP_EXP", { min: 1, max: 2 ** 31 - 1 }) ?? 86_400,
    otpLength: environment.integer("GOTRUE_MAILER_OTP_LENGTH", { min: 6, max: 10 }) ?? 6,
    paths: {
      signup: path(environment, "CONFIRMATION"),
      invite: path(environment, "INVITE"),
      magiclink: recovery,
      recovery,
      email_change: path(environment, "EMAIL_CHANGE"),
    },
    externalHosts: environment.list("GOTRUE_MAILER_EXTERNAL_HOSTS", ""),
    secureEmailChange: environment.boolean("GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED", true),
  };
}

function path(environment: Environment, kind: string): string {
  const name = `GOTRUE_MAILER_URLPATHS_${kind}`;
  const value = environment.optional(name) ?? "/verify";
  if (!value.startsWith("/")) checkUrl(environment, name, value);
  return value;
}

function readServer(environment: Environment): MailServer | undefined {
  const port = environment.port("GOTRUE_SMTP_PORT") ?? 587;
  const user = environment.optional("GOTRUE_SMTP_USER");
  const pass = environment.optional("GOTRUE_SMTP_PASS");
  const address = environment.optional("GOTRUE_SMTP_ADMIN_EMAIL") ?? "";
  const host = environment.optional("GOTRUE_SMTP_HOST");
  if (host === undefined) return undefined;
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    environment.reject(
      "GOTRUE_SMTP_ADMIN_EMAIL",
      `is "${address}", expected the address that mails come from`,
    );
  }
  if (user !== undefined && pass === undefined) {
    environment.reject("GOTRUE_SMTP_PASS", "is missing: GOTRUE_SMTP_USER is set");
  }
  return {
    host,
    port,
    login: user === undefined ? undefined : { user, pass: pass ?? "" },
    from: { name: environment.optional("GOTRUE_SMTP_SENDER_NAME") ?? "", address },
  };
}
