import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { render } from "../../components/gateway/nginx.js";
import { securityHeaders } from "../../components/gateway/headers.js";
import type { GatewayModel } from "../../components/gateway/model.js";
import { argsOf, devModel, parse, prodModel } from "../support/nginx.js";

/** What Google's evaluator finds in the policy of one surface, the worst first. */
function findings(surface: "frontend" | "api", model: GatewayModel): string[] {
  const headers = argsOf(parse(render(securityHeaders(surface, model))), "add_header");
  const policy = headers.find(([name]) => name === "Content-Security-Policy")?.[1] ?? "";
  const found = new CspEvaluator(new CspParser(policy).csp).evaluate();
  return found
    .filter(({ severity }) => severity <= Severity.MEDIUM)
    .map(({ severity, directive, value, description }) =>
      [Severity[severity], directive, value ?? "", description].join(" "),
    );
}

it.each(["frontend", "api"] as const)(
  "the strict policy of the %s has no high or medium finding",
  (surface) => {
    expect(findings(surface, prodModel)).toEqual([]);
  },
);

it("the evaluator does find what the relaxed policy gives up", () => {
  expect(findings("frontend", devModel)).toEqual([
    expect.stringMatching(/^HIGH script-src 'unsafe-inline'/) as string,
  ]);
});
