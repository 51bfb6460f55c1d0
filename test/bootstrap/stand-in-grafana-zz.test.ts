import { Grafana } from "./stand-in-grafana-harness.js";
import { docker, exec } from "../support/containers.js";
const grafana = new Grafana();
afterAll(() => grafana.sandbox.remove(), 60_000);
test("x", async () => {
  const t = setTimeout(() => { console.log(exec("docker",["logs", grafana.sandbox.prefix+"-prometheus"]), docker(["ps","-a","--filter",`name=${grafana.sandbox.prefix}`]), grafana.container && grafana.logs(), grafana.port); }, 20000);
  const log = (s: string) => process.stderr.write(`${new Date().toISOString()} ${s}\n`);
  await grafana.start(); log("started");
  const r = await grafana.api("/api/ds/query", { queries: [{refId:"A",datasource:{uid:"prometheus"},expr:"up",instant:true}]}); log(JSON.stringify(r).slice(0,500));
  clearTimeout(t);
}, 40000);
