import { join } from "node:path";
import { Command } from "commander";
import { stackOf } from "../bootstrap/environment.mjs";
import { projectRoot } from "../bootstrap/home.mjs";
import { addApplicationCommands } from "./commands-application.js";
import { addInspectionCommands } from "./commands-inspection.js";
import { OperatorError } from "./pulumi.js";
import { recover } from "./recover.js";
import { requireStack } from "./stack-option.js";
import { up } from "./up.js";

const project = "sobertube";

const program = new Command("npm run").description("The operator's commands.");

program
  .command("up")
  .description(
    "pulumi up that looks at the real containers first, so that one stopped or removed by hand comes back",
  )
  .usage("-- --stack NAME [flags of pulumi up]")
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_options: unknown, { args }: Command) => {
    process.exitCode = await up(project, requireStack(stackOf(args), "up"), args);
  });

program
  .command("recover")
  .description(
    "after an update that was killed: clears its lock, settles what was pending, removes what is half made",
  )
  .usage("-- --stack NAME [--json]")
  .requiredOption("--stack <name>", "the stack to recover")
  .option("--json", "print what was done as JSON", false)
  .action(async ({ stack, json }: { stack: string; json: boolean }) => {
    const done = await recover(project, stack);
    console.log(
      json ? JSON.stringify({ stack, done }) : [...done, `\nNext: npm run up -- --stack ${stack}`].join("\n"),
    );
  });

program
  .command("images-lock")
  .description("pulls every upstream image and writes its digest into images.lock.json")
  .usage("[-- --registry HOST]")
  .option("--registry <host>", "a registry that mirrors the upstream names", "")
  .action(async ({ registry }: { registry: string }) => {
    // It loads the providers, which takes longer than most commands.
    const { lockImages } = await import("./images-lock.js");
    const locked = await lockImages(registry, join(projectRoot, "images.lock.json"), console.log);
    console.log(
      `\n${String(locked)} digests are in images.lock.json. Next: commit it, then npx pulumi preview`,
    );
  });

addApplicationCommands(program);
addInspectionCommands(program, project);

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof OperatorError ? error.message : error);
  process.exitCode = 1;
});
