import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "./service.js";
import { shellQuote } from "./shell.js";

export interface JobArgs {
  /** The service in whose container the job runs. */
  readonly service: Service;
  /** The program and its arguments; it must be safe to run again. */
  readonly command: readonly string[];
  /** User inside the container. @default - the container's own */
  readonly user?: string;
  /** What the program reads on standard input; a change of it runs the job again. */
  readonly stdin: pulumi.Input<string>;
}

/** A one-shot command inside a ready service: run when made, when its input changes, and for each new container. */
export class Job extends pulumi.ComponentResource {
  constructor(name: string, args: JobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:Job", name, {}, opts);
    const user = args.user === undefined ? [] : ["--user", args.user];
    new command.local.Command(
      `${name}-command`,
      {
        create: `exec docker exec --interactive ${shellQuote(user)} "$CONTAINER" ${shellQuote(args.command)}`,
        environment: { CONTAINER: args.service.containerId },
        stdin: args.stdin,
        triggers: [args.service.containerId],
        logging: "stderr",
      },
      { parent: this, dependsOn: [args.service], deleteBeforeReplace: true },
    );
    this.registerOutputs();
  }
}
