import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { dockerLabels, type Scope } from "./scope.js";

export interface NetworkArgs {
  readonly scope: Scope;
  /** Name on the Docker Engine, e.g. `sobertube_network`. */
  readonly networkName: string;
  /** Name of the Linux bridge, at most 15 characters (IFNAMSIZ less its terminator). */
  readonly bridge: string;
  /** CIDR notation. */
  readonly subnet: string;
  /** The bridge's own address in the subnet; given, because a default would show as drift. */
  readonly gateway: string;
}

/** A bridge network on which services find each other by their DNS aliases. */
export class Network extends pulumi.ComponentResource {
  /** Name of the network, known once it is there. */
  readonly networkName: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:index:Network", name, {}, opts);
    const network = new docker.Network(
      `${name}-bridge`,
      {
        name: args.networkName,
        driver: "bridge",
        ipamConfigs: [{ subnet: args.subnet, gateway: args.gateway }],
        options: { "com.docker.network.bridge.name": args.bridge },
        labels: dockerLabels(args.scope, name),
      },
      // The name is fixed: a second network of that name, made first, would take the same subnet.
      { parent: this, deleteBeforeReplace: true },
    );
    this.networkName = network.name;
    this.registerOutputs({ networkName: this.networkName });
  }
}
