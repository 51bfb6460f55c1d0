import { randomBytes } from "node:crypto";
import type { Outcome } from "../../bootstrap/run.js";
import { shellQuote } from "../../components/shell.js";
import { bad, type Check, good, type Verdict } from "./check.js";
import { scriptIn } from "./exec.js";
import { logsOf, lookout, type Platform, upOf } from "./platform.js";

/** Where auth hands its mail in, by the variables of its container. */
export interface MailRoute {
  readonly host: string;
  readonly port: string;
  /** The address that mail comes from. */
  readonly from: string;
}

/** Whether mail gets to where it belongs: into the capture, or as far as the mail server's greeting. */
export function mailChecks(platform: Platform): Check[] {
  const auth = platform.services.find(({ component }) => component === "auth");
  const {
    GOTRUE_SMTP_HOST: host,
    GOTRUE_SMTP_PORT: port,
    GOTRUE_SMTP_ADMIN_EMAIL: from,
  } = auth?.environment ?? {};
  if (host === undefined || port === undefined || from === undefined) return [];
  const route = { host, port, from };
  const captures = platform.services.some(({ aliases }) => aliases.includes(host));
  return [captures ? captureCheck(platform, route) : greetingCheck(platform, route)];
}

const captureCheck = (platform: Platform, route: MailRoute): Check => ({
  group: "mail",
  name: `a mail by way of ${route.host}:${route.port}`,
  ask: async (signal) => {
    const subject = `verify ${randomBytes(6).toString("hex")}`;
    const outcome = await scriptIn(lookout(platform).id, captureScript(route, subject), { signal });
    return judgeCapture(platform, route.host, subject, outcome);
  },
});

/** Exit codes of the script's steps. */
const failed = { send: 11, read: 12, remove: 13 } as const;

/** Hands a mail in, prints the mailbox that it went to, and empties that. */
export function captureScript({ host, port, from }: MailRoute, subject: string): string {
  const to = `${subject.replace(" ", "-")}@${from.split("@")[1] ?? "localhost"}`;
  const mailbox = `http://${host}:9000/api/v1/mailbox/${to}`;
  const curl = "curl --silent --show-error --max-time 3";
  const send = `${curl} --url ${shellQuote([`smtp://${host}:${port}`])} --mail-from ${shellQuote([from])} --mail-rcpt ${shellQuote([to])}`;
  const text = `From: <${from}>\\r\\nTo: <${to}>\\r\\nSubject: ${subject}\\r\\n\\r\\nSent by verify.\\r\\n`;
  return `
printf %b ${shellQuote([text])} | ${send} --upload-file - || exit ${String(failed.send)}
${curl} --fail ${shellQuote([mailbox])} </dev/null || exit ${String(failed.read)}
${curl} --fail --request DELETE ${shellQuote([mailbox])} </dev/null >/dev/null || exit ${String(failed.remove)}
`;
}

export function judgeCapture(
  platform: Pick<Platform, "stack">,
  host: string,
  subject: string,
  { code, stdout, stderr }: Outcome,
): Verdict {
  const logs = logsOf(platform, host);
  const steps: Readonly<Record<number, string>> = {
    [failed.send]: "takes no mail",
    [failed.read]: "does not show its mailboxes",
    [failed.remove]: "does not remove a mail",
  };
  if (code !== 0) return bad(`${host} ${steps[code] ?? "could not be asked"}: ${stderr}`, logs);
  return stdout.includes(subject)
    ? good("handed in, found and removed")
    : bad(`${host} took a mail and does not show it`, logs);
}

const greetingCheck = (platform: Platform, route: MailRoute): Check => ({
  group: "mail",
  name: `mail server ${route.host}:${route.port}`,
  ask: async (signal) =>
    judgeGreeting(platform, await scriptIn(lookout(platform).id, greetingScript(route), { signal })),
});

/** Connects and says goodbye; nothing is sent. On port 465 TLS comes before the first word. */
export function greetingScript({ host, port }: MailRoute): string {
  const scheme = port === "465" ? "smtps" : "smtp";
  return `curl --silent --verbose --max-time 5 --url ${shellQuote([`${scheme}://${host}:${port}`])} --request NOOP </dev/null 2>&1\n`;
}

export function judgeGreeting(platform: Pick<Platform, "stack">, { stdout }: Outcome): Verdict {
  const greeting = /^< (220[ -].*)$/m.exec(stdout.replaceAll("\r", ""))?.[1];
  if (greeting !== undefined) return good(greeting);
  const reason =
    /^(?:\* )?((?:curl: |Could not|Connection|connect|SSL|.*(?:refused|timed out|failed)).*)$/im.exec(stdout);
  return bad(
    `no greeting: ${reason?.[1] ?? (stdout.split("\n").pop() || "nothing was said")}`,
    `set mail.smtp.host and mail.smtp.port (npx pulumi config --stack ${platform.stack}), then ${upOf(platform)}`,
  );
}
