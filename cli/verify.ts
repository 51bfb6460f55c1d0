import { readOutputs } from "./outputs.js";
import { exportState } from "./pulumi.js";
import { findServices, servicesOf } from "./services.js";
import { bucketChecks } from "./verify/bucket.js";
import { certificateChecks } from "./verify/certificates.js";
import { type Check, runChecks } from "./verify/check.js";
import { gatewayChecks } from "./verify/gateway.js";
import { mailChecks } from "./verify/mail.js";
import { nameChecks } from "./verify/names.js";
import { passwordChecks } from "./verify/passwords.js";
import { expectedServices, type Platform } from "./verify/platform.js";
import { type Report, reportOf } from "./verify/report.js";
import { serviceChecks } from "./verify/services.js";
import { forgeToken, tokenChecks } from "./verify/tokens.js";

/**
 * Asks every part of a stack's platform whether it works, and whether it keeps strangers out.
 * @param progress gets a line before the long part
 */
export async function verify(
  project: string,
  stack: string,
  progress: (line: string) => void,
): Promise<Report> {
  // The outputs first: they tell a stack that is not there from one whose containers are gone.
  const outputs = await readOutputs(stack);
  const [state, all] = await Promise.all([exportState(stack), findServices(project)]);
  const { services } = servicesOf(all, project, stack);
  const checks = allChecks(
    { stack, outputs, services, expected: expectedServices(state) },
    await forgeToken(),
  );
  progress(`${String(checks.length)} checks of stack ${stack} …`);
  return reportOf(stack, await runChecks(checks));
}

/** Every check, in the order of the report. @param forged a token that the stack must refuse */
export const allChecks = (platform: Platform, forged: string): Check[] => [
  ...serviceChecks(platform),
  ...nameChecks(platform),
  ...gatewayChecks(platform, forged),
  ...certificateChecks(platform),
  ...passwordChecks(platform),
  ...tokenChecks(platform, forged),
  ...bucketChecks(platform),
  ...mailChecks(platform),
];
