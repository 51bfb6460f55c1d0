// An engine that was killed leaves its language host and this program behind, and the program would report its broken
// connection to nobody, for ever. So it ends, and its host with it, once the host has lost its own parent.
const { readFileSync } = require("node:fs");

/** The parent of a process; undefined where there is no /proc. */
function parentOf(pid) {
  try {
    return /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

const host = process.ppid;
const engine = parentOf(host);

/** Whether the host is there and has lost its engine; it is ended then, as it never ends by itself. */
function endOrphanedHost() {
  if (process.ppid !== host || parentOf(host) === engine) return false;
  process.kill(host);
  return true;
}

if (engine !== undefined) {
  setInterval(() => {
    if (endOrphanedHost() || process.ppid !== host) process.kill(process.pid, "SIGKILL");
  }, 1000).unref();
  process.on("exit", endOrphanedHost);
}
