import { connect } from "node:tls";
import type { Outcome } from "../../../bootstrap/run.js";
import { type Generation, renderGeneration } from "../../../components/gateway/generation.js";
import { type GatewayModel, listen } from "../../../components/gateway/model.js";
import { supabaseRoutes } from "../../../components/gateway/supabase.js";
import { type Certificates, makeCertificates, TestGateway } from "../../contract/gateway.js";
import { ask } from "../client.js";
import { docker, type Sandbox } from "../containers.js";
import { prodModel } from "../nginx.js";
import { startServices } from "./service-container.js";
import type { Target } from "./target.js";

/** What production serves, with every route; without limits, which a load of one client is bound to meet. */
const model: GatewayModel = {
  ...prodModel,
  routes: supabaseRoutes({ tenant: "realtime-dev" }),
  limits: "off",
};

/** Every so many changes the certificates are others too. */
const changesOfCertificates = 3;

/** A gateway with all its services, whose configuration and certificates change while it is under load. */
export class ChangingGateway {
  private generations = 0;

  private constructor(
    private readonly gateway: TestGateway,
    private readonly certificates: readonly Certificates[],
    readonly target: Target,
  ) {}

  static async start(sandbox: Sandbox, overrides: Partial<GatewayModel> = {}): Promise<ChangingGateway> {
    await startServices(sandbox, model.routes);
    const gateway = await TestGateway.start(sandbox);
    const certificates = [gateway.certificates, makeCertificates()];
    const address = docker([
      ...["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"],
      gateway.container,
    ]);
    const changing = new ChangingGateway(gateway, certificates, {
      address,
      port: listen.api,
      host: model.hosts.api,
      ca: certificates.map(({ ca }) => ca),
      headers: { apikey: model.keys.anon },
    });
    await changing.change(overrides);
    return changing;
  }

  /** Delivers another page, as `pulumi up` does; now and then with other certificates. */
  async change(overrides: Partial<GatewayModel> = {}): Promise<void> {
    await this.gateway.serve(this.next(overrides));
  }

  /** Delivers a configuration that nginx refuses. */
  reject(): Promise<Outcome> {
    return this.gateway.deliver(this.next({}, "nonsense on;\n"));
  }

  /** The fingerprint of the certificate that a new connection is shown. */
  fingerprint(): Promise<string> {
    const { address, port, host, ca } = this.target;
    return new Promise((resolve, reject) => {
      const socket = connect({ host: address, port, servername: host, ca: [...ca] }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.on("error", reject);
    });
  }

  /** What the frontend shows. */
  async page(): Promise<string> {
    const { ca } = this.target;
    const { hosts } = model;
    return (
      await ask("https", this.gateway.port("https"), "/", { ca: [...ca].join("\n"), host: hosts.frontend })
    ).body;
  }

  private next(overrides: Partial<GatewayModel>, before = ""): Generation {
    this.generations += 1;
    const turn = Math.floor(this.generations / changesOfCertificates) % this.certificates.length;
    const { id, files } = renderGeneration({
      model: { ...model, ...overrides },
      certificates: this.certificates[turn]?.leaves ?? {},
      frontend: { "index.html": `page ${String(this.generations)}` },
    });
    return { id, files: { ...files, "nginx.conf": before + (files["nginx.conf"] ?? "") } };
  }
}
