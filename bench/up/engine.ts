import { readdirSync, readFileSync } from "node:fs";
import { docker } from "../../test/support/containers.js";

/** Seconds of processor time since the start of each process of the Docker Engine and of each container, in sum. */
export function processorTime(containers: readonly string[]): { engine: number; containers: number } {
  const ids = new Set(docker(["inspect", "--format", "{{.Id}}", ...containers]).split("\n"));
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const times = processes.map((pid) => ({ ...timeOf(pid), group: read(`/proc/${pid}/cgroup`) }));
  const sum = (values: readonly { seconds: number }[]): number =>
    values.reduce((total, { seconds }) => total + seconds, 0);
  return {
    engine: sum(times.filter(({ name }) => /^(dockerd|containerd|containerd-shim|docker-proxy)/.test(name))),
    containers: sum(times.filter(({ group }) => [...ids].some((id) => group.includes(id)))),
  };
}

const ticksPerSecond = 100;

/** Own time and that of children that have ended, which is where short health checks count. */
function timeOf(pid: string): { name: string; seconds: number } {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(")");
  const fields = stat
    .slice(end + 2)
    .split(" ")
    .slice(11, 15)
    .map(Number);
  const ticks = fields.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
  return { name: stat.slice(stat.indexOf("(") + 1, end), seconds: ticks / ticksPerSecond };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
