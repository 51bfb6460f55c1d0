import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import { applicationVariables, renderEnvironment } from "../../cli/environment.js";
import { noSuchStack, parseOutputs } from "../../cli/outputs.js";
import { outputs } from "./samples.js";

describe("an application's variables", () => {
  const text = renderEnvironment("dev", outputs, "dotenv");

  it("are the API's URL, the keys and the JWT secret", () => {
    expect(applicationVariables(outputs)).toEqual({
      SUPABASE_URL: "https://api.sobertube.local:8000",
      SUPABASE_ANON_KEY: outputs.anonKey,
      SUPABASE_SERVICE_ROLE_KEY: outputs.serviceRoleKey,
      SUPABASE_JWT_SECRET: outputs.jwtSecret,
    });
  });

  it("are the same to a reader of .env files, to a shell and as JSON", () => {
    const variables = applicationVariables(outputs);
    expect(parseEnv(text)).toEqual(variables);
    const script = `${text}\nprintf '%s\\n' ${Object.keys(variables)
      .map((name) => `"$${name}"`)
      .join(" ")}`;
    const shell = execFileSync("sh", ["-eu"], { input: script, encoding: "utf8" });
    expect(shell.trim().split("\n")).toEqual(Object.values(variables));
    expect(JSON.parse(renderEnvironment("dev", outputs, "json"))).toEqual(variables);
  });

  it("say before each key who may have it, and where the certificate comes from", () => {
    expect(text).toMatch(/^# For servers alone.*\nSUPABASE_SERVICE_ROLE_KEY=/m);
    expect(text).toMatch(/^# For browsers.*\nSUPABASE_ANON_KEY=/m);
    expect(text).toMatch(/^# NODE_EXTRA_CA_CERTS=certs\/dev\/ca\.crt$/m);
  });

  it("hold nothing that is published nowhere", () => {
    for (const secret of [outputs.postgresPassword, outputs.redisPassword, outputs.minioPassword]) {
      expect(text).not.toContain(secret);
    }
  });

  it("are refused where quotes would not keep them", () => {
    expect(() => renderEnvironment("dev", { ...outputs, jwtSecret: "it's" }, "dotenv")).toThrow(/quote/);
  });
});

describe("the outputs of a stack", () => {
  it("are taken as they are, whatever else is among them", () => {
    expect(parseOutputs("dev", { ...outputs, readme: "text" })).toEqual(outputs);
  });

  it("are missing before the first up", () => {
    expect(() => parseOutputs("dev", {})).toThrow(
      "Stack dev is not up yet.\nNext: npm run up -- --stack dev",
    );
  });

  it("are named where an up did not finish, and no secret is shown", () => {
    const { redisPassword, ...rest } = outputs;
    let message = "";
    try {
      parseOutputs("dev", { ...rest, endpoints: { https: outputs.endpoints.https } });
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(
      /lacks the outputs endpoints\.api, endpoints\.http, redisPassword:[^]*npm run up/,
    );
    expect(message).not.toContain(rest.postgresPassword);
    expect(message).not.toContain(redisPassword);
  });

  it("cannot be had of a stack that is not there, and those there are named", () => {
    expect(noSuchStack("prdo", ["dev", "prod"]).message).toMatch(
      /no stack prdo; there are: dev, prod\.\nNext: npm run setup -- --stack prdo/,
    );
  });
});
