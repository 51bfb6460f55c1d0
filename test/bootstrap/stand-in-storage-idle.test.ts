import { Peers } from "./stand-in-storage-harness.js";
import { docker } from "../support/containers.js";
test("idle", async () => {
  const peers = new Peers("idle");
  try {
    await peers.start();
    await peers.serving("storage");
    await new Promise((r) => setTimeout(r, 6000));
    console.log(docker(["stats", "--no-stream", "--format", "{{.CPUPerc}} {{.MemUsage}}", `${peers.sandbox.prefix}-storage`]));
  } finally { peers.sandbox.remove(); }
}, 120000);
