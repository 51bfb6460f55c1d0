import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { run } from "../run.js";
import { install as installPackages, settled } from "./apt.js";
import { type Finding, type Part, SetupError } from "./part.js";

/** Network settings of containers that the program relies on came with this API. */
const oldestApi = "1.41";
const logFile = "/var/log/dockerd.log";

const versions = z.object({
  Client: z.object({ Version: z.string() }),
  Server: z.object({ Version: z.string(), ApiVersion: z.string() }).nullish(),
});

export const engine: Part = {
  name: "Docker Engine",
  consent: "Install and start Debian's docker.io with apt-get?",
  look,
  async provide(progress) {
    refuseForeignHost();
    const done: string[] = [];
    if (!(await exists("docker")) || !(await exists("dockerd"))) {
      await install(progress);
      done.push("installed docker.io");
    }
    if ("missing" in (await look())) {
      refuseForeignHost();
      await start(progress);
      done.push("started the engine");
    }
    const finding = await look();
    if ("missing" in finding) throw new SetupError(`Docker Engine: ${finding.missing}`);
    return [...done, finding.found].join(", ");
  },
};

async function look(): Promise<Finding> {
  const { code, stdout, stderr } = await run("docker", ["version", "--format", "{{json .}}"]);
  if (code === 127) return { missing: "no docker client on PATH" };
  const answer = versions.safeParse(parsed(stdout));
  if (!answer.success || !answer.data.Server) {
    const where = process.env.DOCKER_HOST ?? "the local socket";
    return { missing: `no engine answers at ${where} (${stderr.split("\n").at(-1) ?? ""})` };
  }
  const { Client: client, Server: server } = answer.data;
  if (Number(server.ApiVersion.split(".")[1]) < Number(oldestApi.split(".")[1])) {
    return {
      missing: `engine ${server.Version} speaks API ${server.ApiVersion}, needed is ${oldestApi} or newer`,
    };
  }
  return { found: `engine ${server.Version}, client ${client.Version}` };
}

async function exists(program: string): Promise<boolean> {
  return (await run(program, ["--version"], { environment: { PATH: withSystemPrograms() } })).code !== 127;
}

/** Debian keeps dockerd where only root's PATH looks. */
function withSystemPrograms(): string {
  return `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An engine on another machine is its operator's. */
function refuseForeignHost(): void {
  const host = process.env.DOCKER_HOST;
  if (host === undefined || host === "" || host.startsWith("unix://")) return;
  throw new SetupError(
    `DOCKER_HOST is ${host}: that engine is started and upgraded on its own machine. ` +
      "Start it there, or unset DOCKER_HOST to use an engine on this machine.",
  );
}

async function install(progress: (line: string) => void): Promise<void> {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) {
    throw new SetupError(
      "Docker Engine: this system is neither Debian nor Ubuntu. Install Docker Engine 20.10 or newer with the system's " +
        "own package manager, start it, and run the setup again.",
    );
  }
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      "Docker Engine: installing it needs root. Run: sudo apt-get update && sudo apt-get install -y docker.io debootstrap " +
        "&& sudo usermod -aG docker $USER; then log in again and run the setup again.",
    );
  }
  await installPackages("Docker Engine", ["docker.io", "debootstrap"], progress);
}

async function start(progress: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      "Docker Engine: no engine answers, and starting it needs root. Run: sudo systemctl start docker; " +
        "if it runs already, this user has to be in its group: sudo usermod -aG docker $USER",
    );
  }
  if (existsSync("/run/systemd/system")) {
    progress("systemctl start docker");
    await settled("Docker Engine could not be started", "systemctl", ["start", "docker"]);
  } else {
    progress(`dockerd, logging to ${logFile}`);
    const log = openSync(logFile, "a");
    const env = { ...process.env, PATH: withSystemPrograms() };
    spawn("dockerd", { detached: true, stdio: ["ignore", log, log], env })
      // A program that does not start shows as an engine that does not answer.
      .on("error", () => undefined)
      .unref();
  }
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(500)) {
    if ("found" in (await look())) return;
  }
  throw new SetupError(`Docker Engine did not answer within 30 s; its last words:\n${await lastWords()}`);
}

async function lastWords(): Promise<string> {
  if (existsSync("/run/systemd/system")) {
    return (await run("journalctl", ["--unit", "docker", "--lines", "20", "--no-pager"])).stdout;
  }
  return existsSync(logFile)
    ? readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-20).join("\n")
    : "nothing";
}
