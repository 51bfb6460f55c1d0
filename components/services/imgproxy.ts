import * as pulumi from "@pulumi/pulumi";
import { Service } from "../service.js";
import { containerArgs, type ScalableServiceArgs } from "./common.js";

/** imgproxy: images in the size and format that a URL asks for. */
export class Imgproxy extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: ScalableServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:Imgproxy", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        instances: args.instances ?? 1,
        memory: 512,
        user: "999:999",
        env: {
          IMGPROXY_BIND: ":8080",
          IMGPROXY_PROMETHEUS_BIND: ":8081",
          IMGPROXY_PROMETHEUS_NAMESPACE: "imgproxy",
          IMGPROXY_USE_ETAG: "true",
          IMGPROXY_AUTO_WEBP: "true",
          // Megapixels; larger sources are refused before they are decoded.
          IMGPROXY_MAX_SRC_RESOLUTION: "16.8",
        },
        tmpfs: ["/tmp"],
        health: { command: ["imgproxy", "health"] },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
