import { join, relative } from "node:path";
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { generationsFolder } from "./delivery.js";
import { frontendsFolder } from "./frontend.js";
import { shellQuote } from "../shell.js";

/** Unpacks a frontend from standard input into a folder of its own; a stream that broke off leaves none. */
const receive = `set -eu
umask 027
part=${frontendsFolder}/$1.part
rm -rf "$part"
mkdir -p "$part"
tar -x --no-same-owner -C "$part" || { rm -rf "$part"; exit 1; }
if [ "$(cat "$part/.complete" 2>/dev/null)" != "$1" ]; then
  rm -rf "$part"
  echo "the frontend did not arrive whole; the one that is served goes on" >&2
  exit 1
fi
rm -rf "${frontendsFolder}/$1"
mv "$part" "${frontendsFolder}/$1"`;

/**
 * Lets a frontend know the one that is served now: pages that are open in browsers still ask for its files. Keeps these
 * two and one more, and removes older ones.
 */
const succeed = `set -eu
cd ${frontendsFolder}
served=$(sed -n 's|^ *root ${frontendsFolder}/\\([0-9a-f]*\\);$|\\1|p' ${generationsFolder}/current/nginx.conf 2>/dev/null | head -n 1)
if [ -n "$served" ] && [ "$served" != "$1" ]; then ln -sfn "../$served" "$1/previous"; fi
touch "$1"
ls -1t | grep -Ex '[0-9a-f]{16}' | tail -n +4 | while read -r old; do
  [ "$old" = "$served" ] || rm -rf "$old"
done`;

/**
 * The shell text that brings the frontend in $FOLDER into the container named by $CONTAINER, where $DIGEST is its name.
 * It is not part of a generation, which goes into Pulumi's state: there its digest alone is.
 */
export const deliverFrontend = `set -eu
as_root() { docker exec --interactive --user 0:101 "$CONTAINER" "$@"; }
if ! docker exec "$CONTAINER" test -e "${frontendsFolder}/$DIGEST/.complete"; then
  node "$LOADER" "$PACK" "$FOLDER" "$DIGEST" | as_root sh -c ${shellQuote([receive])} receive "$DIGEST"
fi
as_root sh -c ${shellQuote([succeed])} succeed "$DIGEST" </dev/null
`;

/** Programs of this checkout, from the project's folder: a checkout elsewhere has the same inputs. */
export const deliveryPrograms = (): Readonly<Record<"LOADER" | "PACK", string>> => ({
  LOADER: relative(process.cwd(), require.resolve("tsx/cli")),
  PACK: relative(process.cwd(), join(__dirname, "frontend-pack.ts")),
});

/** The command that brings a frontend into the gateway's volume, before the generation that serves it. */
export function createFrontendDelivery(
  name: string,
  container: pulumi.Input<string>,
  { folder, digest }: { readonly folder: string; readonly digest: string },
  parent: pulumi.Resource,
): command.local.Command {
  return new command.local.Command(
    `${name}-frontend`,
    {
      create: deliverFrontend,
      environment: { ...deliveryPrograms(), CONTAINER: container, FOLDER: folder, DIGEST: digest },
      triggers: [container],
      logging: "none",
    },
    { parent, deleteBeforeReplace: true },
  );
}
