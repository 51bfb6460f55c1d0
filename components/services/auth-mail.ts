import type * as pulumi from "@pulumi/pulumi";

/** The server that takes mail in. */
export interface AuthMail {
  readonly host: string;
  readonly port: number;
  /** The address that mail comes from. */
  readonly from: string;
  /** @default - the server asks for none */
  readonly user?: string;
  /** @default - the server asks for none */
  readonly secret?: pulumi.Input<string>;
  /** The sender's name. */
  readonly senderName: string;
}

/** GoTrue's variables about mail, but for the password. */
export function mailEnvironment(
  { host, port, from, user = "", senderName }: AuthMail,
  { path, hosts }: { readonly path: string; readonly hosts: readonly string[] },
): Record<string, string> {
  const verify = `${path}/verify`;
  return {
    GOTRUE_SMTP_HOST: host,
    GOTRUE_SMTP_PORT: String(port),
    GOTRUE_SMTP_USER: user,
    GOTRUE_SMTP_ADMIN_EMAIL: from,
    GOTRUE_SMTP_SENDER_NAME: senderName,
    // A Go duration: how long one address waits for its next mail.
    GOTRUE_SMTP_MAX_FREQUENCY: "1s",
    GOTRUE_MAILER_AUTOCONFIRM: "false",
    GOTRUE_MAILER_URLPATHS_INVITE: verify,
    GOTRUE_MAILER_URLPATHS_CONFIRMATION: verify,
    GOTRUE_MAILER_URLPATHS_RECOVERY: verify,
    GOTRUE_MAILER_URLPATHS_EMAIL_CHANGE: verify,
    GOTRUE_MAILER_EXTERNAL_HOSTS: hosts.join(","),
  };
}

/** GoTrue's variables about mail that only the program sees. */
export const mailSecrets = ({ secret }: AuthMail): Record<string, pulumi.Input<string>> => ({
  GOTRUE_SMTP_PASS: secret ?? "",
});
