import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseImage } from "../../bootstrap/images/catalog.js";
import { run, runOrFail } from "../../bootstrap/run.js";

const dockerfile = `ARG BASE
FROM \${BASE}
RUN apt-get update && apt-get download docker-compose && dpkg-deb -x docker-compose_*.deb /compose
`;

const path = "/compose/usr/libexec/docker/cli-plugins/docker-compose";

/** Compose 2 as Debian trixie packages it, taken out of the package for this run alone. @returns the program's path */
export async function provideCompose(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bench-compose-"));
  writeFileSync(join(folder, "Dockerfile"), dockerfile);
  const proxies = ["http_proxy", "https_proxy", "no_proxy"].filter((name) => process.env[name] !== undefined);
  const args = [`BASE=${baseImage("trixie")}`, ...proxies].flatMap((value) => ["--build-arg", value]);
  const failure = "Debian's docker-compose could not be had";
  const tag = "platform-bench/compose";
  await runOrFail(failure, "docker", ["build", "--network", "host", ...args, "--tag", tag, folder], {
    environment: { DOCKER_BUILDKIT: "0" },
  });
  const { stdout } = await run("docker", ["create", tag, "true"]);
  await runOrFail(failure, "docker", ["cp", `${stdout.trim()}:${path}`, join(folder, "docker-compose")]);
  await run("docker", ["rm", stdout.trim()]);
  return join(folder, "docker-compose");
}
