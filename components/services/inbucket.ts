import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import { containerArgs, type PlatformServiceArgs, publishDirect } from "./common.js";

/** Inbucket: takes every mail in and shows it instead of sending it on. */
export class Inbucket extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: PlatformServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Inbucket", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        memory: 128,
        user: "1000:1000",
        // Not the image's own entrypoint, which copies a greeting to where only root may write.
        entrypoint: ["/opt/inbucket/bin/inbucket"],
        command: ["-logjson"],
        env: {
          INBUCKET_WEB_GREETINGFILE: "/opt/inbucket/defaults/greeting.html",
          INBUCKET_SMTP_ADDR: "0.0.0.0:2500",
          INBUCKET_WEB_ADDR: "0.0.0.0:9000",
          INBUCKET_POP3_ADDR: "127.0.0.1:1100",
          // Mail of a developer's stack is worth nothing after a restart.
          INBUCKET_STORAGE_TYPE: "memory",
          INBUCKET_STORAGE_PARAMS: "maxkb:32768",
          INBUCKET_STORAGE_RETENTIONPERIOD: "72h",
          INBUCKET_STORAGE_MAILBOXMSGCAP: "300",
        },
        tmpfs: ["/tmp"],
        health: { command: ["wget", "-q", "-O", "/dev/null", "http://localhost:9000/"] },
        ports: publishDirect(9000, args),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
