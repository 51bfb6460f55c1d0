import { join } from "node:path";
import { build } from "esbuild";
import { localImage } from "../../../bootstrap/images/catalog.js";
import type { Route } from "../../../components/gateway/model.js";
import { docker, type Sandbox } from "../containers.js";

const program = "/tmp/service.js";

/** Starts one container that stands for every service the routes lead to. */
export async function startServices(sandbox: Sandbox, routes: readonly Route[]): Promise<void> {
  const upstreams = routes.map(({ upstream }) => upstream);
  const ports = [...new Set(upstreams.map(({ port }) => String(port)))];
  const container = sandbox.start(localImage("rest"), {
    name: "services",
    user: "1000:1000",
    entrypoints: [
      "sh",
      "-c",
      `until [ -e ${program} ]; do sleep 0.05; done; exec node ${program} "$@"`,
      "sh",
    ],
    command: ports,
    tmpfs: { "/tmp": "rw" },
    networksAdvanced: [{ aliases: [...new Set(upstreams.map(({ name }) => name))] }],
  });
  const receive = `cat >${program}.next && mv ${program}.next ${program}`;
  docker(["exec", "--interactive", container, "sh", "-c", receive], { input: await bundle() });
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "service.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Native parts of ws that it does without.
    external: ["bufferutil", "utf-8-validate"],
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
