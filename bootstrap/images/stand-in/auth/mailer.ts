import { createTransport, type Transporter } from "nodemailer";
import { log } from "../lib/log.js";
import { AuthError } from "./errors.js";
import type { MailSettings, MailType } from "./mail-settings.js";
import type { Metrics } from "./metrics.js";

/** What a mail of each type says. */
const texts: Readonly<Record<MailType, { readonly subject: string; readonly line: string }>> = {
  signup: { subject: "Confirm your email address", line: "Follow this link to confirm your email address:" },
  invite: { subject: "You've been invited", line: "Follow this link to accept the invitation:" },
  magiclink: { subject: "Your sign-in link", line: "Follow this link to sign in:" },
  recovery: { subject: "Reset your password", line: "Follow this link to reset your password:" },
  email_change: {
    subject: "Confirm your new email address",
    line: "Follow this link to confirm the change of your email address:",
  },
};

export interface Mail {
  readonly to: string;
  readonly type: MailType;
  readonly link: string;
  readonly code: string;
}

/** Sends mails through the configured server, waiting for its answer. */
export class Mailer {
  private readonly transport?: Transporter;

  constructor(
    private readonly settings: MailSettings,
    private readonly metrics: Metrics,
  ) {
    const { server } = settings;
    if (server === undefined) return;
    this.transport = createTransport({
      host: server.host,
      port: server.port,
      secure: server.port === 465,
      auth: server.login,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 5_000,
    });
  }

  async send({ to, type, link, code }: Mail): Promise<void> {
    if (this.transport === undefined) {
      log(`no mail server: a mail of type ${type} is not sent`);
      return;
    }
    const { subject, line } = texts[type];
    const href = link.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    this.metrics.mails.inc();
    try {
      await this.transport.sendMail({
        from: this.settings.server?.from,
        to,
        subject,
        text: `${line}\n${link}\n\nOr enter this code: ${code}\n`,
        html: `<h2>${subject}</h2>\n<p>${line}</p>\n<p><a href="${href}">${subject}</a></p>\n<p>Or enter this code: ${code}</p>\n`,
      });
    } catch (error) {
      this.metrics.mailErrors.inc();
      log(`mail of type ${type}: ${error instanceof Error ? error.message : String(error)}`);
      throw new AuthError(500, "unexpected_failure", `Error sending ${type} email`);
    }
  }

  close(): void {
    this.transport?.close();
  }
}

/** Refuses a mail to a user who got one of the kind a moment ago. */
export function checkFrequency(sentAt: Date | null, maxFrequency: number): void {
  const left = sentAt === null ? 0 : sentAt.getTime() + maxFrequency - Date.now();
  if (left <= 0) return;
  const message = `For security purposes, you can only request this after ${Math.floor(left / 1000)} seconds.`;
  throw new AuthError(429, "over_email_send_rate_limit", message);
}
