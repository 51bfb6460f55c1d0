import { type Command, InvalidArgumentError } from "commander";
import { listServices, type LogsOptions, showLogs } from "./logs.js";
import { psql } from "./psql.js";
import { requireStack } from "./stack-option.js";
import { verify } from "./verify.js";
import { renderReport } from "./verify/report.js";

interface VerifyFlags {
  readonly stack?: string;
  readonly json: boolean;
}

const orOnlyStack = "the stack; may be left out where only one runs on this Docker Engine";

/** Looking at a platform that runs: whether it works, what it says, what is in its database. */
export function addInspectionCommands(program: Command, project: string): void {
  program
    .command("verify")
    .description("asks every part of the platform whether it works, and whether it keeps strangers out")
    .usage("-- --stack NAME [--json]")
    .option("--stack <name>", "the stack to verify")
    .option("--json", "print the checks as JSON: {stack, ok, checks: [{group, name, ok, seen, mend}]}", false)
    .action(async ({ stack, json }: VerifyFlags) => {
      const name = requireStack(stack, "verify");
      const report = await verify(project, name, (line) => console.error(line));
      console.log(json ? JSON.stringify(report) : renderReport(report));
      process.exitCode = report.ok ? 0 : 1;
    });

  program
    .command("logs")
    .description("shows the log of one service; without a service, lists them with their state")
    .usage("[-- SERVICE] [--stack NAME] [--follow] [--tail N] [--json]")
    .argument("[service]", "postgres, redis, rest, realtime, auth, storage, gateway, …")
    .option("--stack <name>", orOnlyStack)
    .option("--follow", "go on with what comes, until Ctrl-C", false)
    .option("--tail <lines>", "lines from the end, or all", lineCount, "200")
    .option("--json", "list the services as JSON", false)
    .action(async (service: string | undefined, options: LogsOptions) => {
      if (service === undefined) console.log(await listServices(project, options));
      else process.exitCode = await showLogs(project, service, options);
    });

  program
    .command("psql")
    .description("runs psql in the database's container, as role postgres of database postgres")
    .usage('[-- --stack NAME] [-- arguments of psql, such as -c "select 1"]')
    .argument("[arguments...]", "for psql")
    .option("--stack <name>", orOnlyStack)
    .helpOption("--help", "display help for command")
    .allowUnknownOption()
    .action(async (args: string[], { stack }: { stack?: string }) => {
      process.exitCode = await psql(project, stack, args);
    });
}

function lineCount(value: string): string {
  if (/^(\d+|all)$/.test(value)) return value;
  throw new InvalidArgumentError("It is a number of lines, or all.");
}
