import { type Command, Option } from "commander";
import { describeWritten, renderWritten, writeCertificates } from "./certs.js";
import { type Format, formats, renderEnvironment } from "./environment.js";
import { readOutputs } from "./outputs.js";
import { requireStack } from "./stack-option.js";

interface EnvFlags {
  readonly stack?: string;
  readonly format: Format;
}

interface CertsFlags {
  readonly stack?: string;
  readonly folder: string;
  readonly caKey: boolean;
  readonly json: boolean;
}

/** What a developer of an application takes from the platform: its variables and its certificates. */
export function addApplicationCommands(program: Command): void {
  program
    .command("env")
    .description("prints an application's variables, secret keys among them")
    .usage("-- --stack NAME [--format dotenv|json]")
    .option("--stack <name>", "the stack that the application talks to")
    .addOption(
      new Option("--format <format>", "text of a .env file, or JSON").choices(formats).default("dotenv"),
    )
    .action(async ({ stack, format }: EnvFlags) => {
      const name = requireStack(stack, "env");
      console.log(renderEnvironment(name, await readOutputs(name), format));
    });

  program
    .command("certs")
    .description("writes the certificates, their keys and how to trust their authority into certs/NAME")
    .usage("-- --stack NAME [--ca-key] [--folder FOLDER] [--json]")
    .option("--stack <name>", "the stack whose certificates are wanted")
    .option("--ca-key", "write the authority's own key too, which can make a certificate for any name", false)
    .option("--folder <folder>", "the folder that gets one folder for each stack", "certs")
    .option("--json", "print what was written as JSON", false)
    .action(async ({ stack, json, ...options }: CertsFlags) => {
      const name = requireStack(stack, "certs");
      const written = writeCertificates(await readOutputs(name), { stack: name, ...options });
      console.log(json ? JSON.stringify(describeWritten(written, name)) : renderWritten(written, name));
    });
}
