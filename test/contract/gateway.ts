// The gateway's container as the component registers it, and generations for it.
import { localImage } from "../../bootstrap/images/catalog.js";
import { type Outcome, run } from "../../bootstrap/run.js";
import { Gateway } from "../../components/gateway.js";
import { deliver } from "../../components/gateway/delivery.js";
import { deliverFrontend, deliveryPrograms } from "../../components/gateway/frontend-delivery.js";
import {
  archive,
  type Generation,
  type GenerationInput,
  renderGeneration,
  type Tree,
} from "../../components/gateway/generation.js";
import type { GatewayModel } from "../../components/gateway/model.js";
import { listen } from "../../components/gateway/model.js";
import { Network } from "../../components/network.js";
import { only, register, scope } from "../components/register.js";
import { type ContainerInputs, docker, exec, Sandbox } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";

export const image = localImage("nginx");

export interface Certificates {
  readonly ca: string;
  readonly leaves: GenerationInput["certificates"];
}

/** The leaves by name, and the host of each. */
const leafHosts = {
  server: prodModel.hosts.frontend,
  api: prodModel.hosts.api,
  auth: prodModel.hosts.auth,
  storage: prodModel.hosts.storage,
  realtime: prodModel.hosts.realtime,
};

/** The authority and leaves of one test, made by OpenSSL in the image. */
export function makeCertificates(): Certificates {
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 -x509";
  const leaf = ([name, dns]: [string, string]): string =>
    `openssl req ${key} -keyout ${name}.key -out ${name}.crt -CA ca.crt -CAkey ca.key -subj /CN=${dns} \
       -addext subjectAltName=DNS:${dns},DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE 2>/dev/null`;
  const names = Object.keys(leafHosts);
  const script = `set -e; cd /tmp
    openssl req ${key} -keyout ca.key -out ca.crt -subj /CN=authority 2>/dev/null
    ${Object.entries(leafHosts).map(leaf).join("\n")}
    for f in ca.crt ${names.map((name) => `${name}.crt ${name}.key`).join(" ")}; do cat $f; echo ===; done`;
  const files = docker(["run", "--rm", "--network", "none", image, "sh", "-c", script]).split(/^===$\n?/m);
  const [ca = "", ...pairs] = files;
  const leaves = names.map((name, at) => [
    name,
    { certificate: pairs[2 * at] ?? "", privateKey: pairs[2 * at + 1] ?? "" },
  ]);
  return { ca, leaves: Object.fromEntries(leaves) as Certificates["leaves"] };
}

/** The inputs of the gateway's container. */
async function containerInputs(): Promise<ContainerInputs> {
  const { keys, ...model } = { ...prodModel, http: "serve" as const };
  const resources = await register(() => {
    const subnet = { subnet: "10.0.0.0/24", gateway: "10.0.0.1" };
    const network = new Network("network", { scope, networkName: "network", bridge: "test0", ...subnet });
    const noCertificates = {};
    return new Gateway("gateway", {
      ...{ scope, network, image, model, keys, bind: "127.0.0.1", ports: listen },
      ...{ certificates: noCertificates, frontend: { page: {} } },
    });
  });
  return only(resources, "docker:index/container:Container").inputs as unknown as ContainerInputs;
}

const plainService = `events {}
pid /tmp/pid;
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path /tmp/${kind};`).join(" ")}
  server { listen 3000; location / { return 200 "[]"; } }
}`;

/** A service on port 3000 that answers everything. @returns its container's id */
export const startService = (sandbox: Sandbox, alias: string): string =>
  sandbox.start(image, {
    name: `${alias}-service`,
    readOnly: true,
    user: "101:101",
    tmpfs: { "/tmp": "rw" },
    networksAdvanced: [{ aliases: [alias] }],
    envs: [`CONFIGURATION=${plainService}`],
    entrypoints: ["sh", "-c"],
    command: [`echo "$CONFIGURATION" >/tmp/nginx.conf; exec nginx -c /tmp/nginx.conf -g 'daemon off;'`],
  });

/** A started gateway without a generation. */
export class TestGateway {
  private constructor(
    readonly sandbox: Sandbox,
    readonly container: string,
    readonly certificates: Certificates,
  ) {}

  static async start(sandbox: Sandbox): Promise<TestGateway> {
    return new TestGateway(sandbox, sandbox.start(image, await containerInputs()), makeCertificates());
  }

  /** A generation of production's model, over HTTP too. */
  generation(page: string | Tree, model: Partial<GatewayModel> = {}): Generation {
    return renderGeneration({
      model: { ...prodModel, http: "serve", ...model },
      certificates: this.certificates.leaves,
      frontend: typeof page === "string" ? { "index.html": page } : page,
    });
  }

  /** Brings a generation in as the component's command does, while this process goes on with what else it does. */
  async deliver({ id, files }: Generation): Promise<Outcome> {
    const input = `${id}\n${await archive(files)}`;
    return run("/bin/sh", ["-c", deliver], { input, environment: { CONTAINER: this.container } });
  }

  /** Brings in a generation that the test takes for granted. @throws what nginx says when it rejects it */
  async serve(generation: Generation): Promise<void> {
    const { code, stderr } = await this.deliver(generation);
    if (code !== 0) throw new Error(stderr);
  }

  /** Brings a frontend in as the component's command does. */
  deliverFrontend(folder: string, digest: string): Outcome {
    const environment = { ...deliveryPrograms(), CONTAINER: this.container, FOLDER: folder, DIGEST: digest };
    return exec("/bin/sh", ["-c", deliverFrontend], { environment });
  }

  /** A shell command inside the container, by default as nginx itself. */
  inside(script: string, user = "101:101"): Outcome {
    return exec("docker", ["exec", "--user", user, this.container, "sh", "-c", script]);
  }

  /** What it has logged so far. */
  logs(): string {
    const { stdout, stderr } = exec("docker", ["logs", this.container]);
    return `${stdout}\n${stderr}`;
  }

  port(internal: keyof typeof listen): number {
    return this.sandbox.port(this.container, listen[internal]);
  }
}
