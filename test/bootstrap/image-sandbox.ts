// What the tests of local images share: containers as hardened as a service's are, and questions to them.
import { type ContainerInputs, docker, exec, Sandbox } from "../support/containers.js";
import { type LocalImageName, localImage } from "../../bootstrap/images/catalog.js";

// Containers take their time on a busy machine.
jest.setTimeout(60_000);

export const hardened = {
  readOnly: true,
  capabilities: { adds: [], drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
} as const satisfies Partial<ContainerInputs>;

/** Runs a command in a container. */
export const within = (container: string, ...command: string[]) =>
  exec("docker", ["exec", container, ...command]);

/** Runs an image once, with nothing but its arguments. */
export const runOnce = (image: LocalImageName, ...args: string[]) =>
  exec("docker", ["run", "--rm", "--network", "none", localImage(image), ...args]);

/** Puts files that only `owner` can read into the volume `name`. */
export async function putFiles(
  sandbox: Sandbox,
  name: string,
  owner: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const [user = "", group = ""] = owner.split(":");
  const uploads = Object.entries(files).map(([path, content]) => ({
    file: `/carried/${path}`,
    content,
    owner: user,
    group,
    permissions: "0400",
  }));
  // An image without a user of its own: an engine looks that name up among the host's users.
  await sandbox.carry(localImage("redis"), {
    name: `${name}-carrier`,
    volumes: [{ volumeName: name, containerPath: "/carried" }],
    uploads,
  });
}

/** Whether the container's program still runs. */
export const running = (container: string): boolean =>
  docker(["inspect", "--format", "{{.State.Running}}", container]) === "true";
