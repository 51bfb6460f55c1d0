// Where this host gets Debian's packages from; the same place serves the packages of the images.
import { run } from "../run.js";
import { SetupError } from "./part.js";

/** Addresses of a Debian archive. */
export interface Mirrors {
  readonly main: string;
  /** @default - images are built without the security archive */
  readonly security?: string;
}

/** Reads the mirrors from DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR, else from the host's own apt configuration. */
export async function debianMirrors(environment: NodeJS.ProcessEnv = process.env): Promise<Mirrors> {
  if (environment.DEBIAN_MIRROR) {
    return { main: environment.DEBIAN_MIRROR, security: environment.DEBIAN_SECURITY_MIRROR };
  }
  const listed = await run("apt-get", ["indextargets", "--format", "$(REPO_URI) $(LABEL)"]);
  const mirrors = fromIndexTargets(listed.stdout);
  if (mirrors === undefined) {
    throw new SetupError(
      "no Debian mirror in this host's apt configuration (apt-get indextargets); " +
        "name one with DEBIAN_MIRROR=http://… (and DEBIAN_SECURITY_MIRROR=http://…)",
    );
  }
  return mirrors;
}

/** Picks the two archives out of lines of "address label"; the label is empty until the first `apt-get update`. */
export function fromIndexTargets(text: string): Mirrors | undefined {
  const sources = text
    .split("\n")
    .map((line) => /^(https?:\S+?)\/?(?: (.*))?$/.exec(line.trim()))
    .flatMap((match) => (match?.[1] === undefined ? [] : [{ uri: match[1], label: match[2] ?? "" }]));
  const find = (label: string, path: string) =>
    (sources.find((source) => source.label === label) ?? sources.find(({ uri }) => uri.endsWith(path)))?.uri;
  const main = find("Debian", "/debian");
  return main === undefined ? undefined : { main, security: find("Debian-Security", "/debian-security") };
}
