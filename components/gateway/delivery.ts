import { controlSocket } from "./model.js";

/** Where generations lie in the container, and the link to the one that is served. */
export const generationsFolder = "/etc/nginx/generations";
const current = `${generationsFolder}/current`;

/** The container's program: it waits for the first generation and then becomes nginx. */
export const entrypoint: readonly string[] = [
  "sh",
  "-c",
  `trap 'exit 0' TERM QUIT
until [ -e ${current}/nginx.conf ]; do sleep 0.1; done
exec nginx -p ${current}/ -c ${current}/nginx.conf -g 'daemon off;'`,
];

/**
 * Receives a generation on standard input, its id on the first line and then the archive. It is written by root with
 * nginx's group, so that nginx can read its keys and cannot change them; then nginx itself tests it.
 */
const receive = `set -eu
umask 027
read -r id
case $id in "" | *[!0-9a-f]*) echo "not the id of a generation: $id" >&2; exit 1 ;; esac
next=${generationsFolder}/$id
if [ -e "$next/.complete" ]; then
  cat >/dev/null
else
  rm -rf "$next"
  mkdir -p "$next"
  base64 -d | tar -xz --no-same-owner -C "$next"
  : >"$next/.complete"
fi
echo "$id"`;

/** Points the link to a generation, in one step; the generation's time is when it was last switched to. */
const activate = `set -eu
touch "${generationsFolder}/$1"
ln -sfn "$1" ${current}.next
mv -T ${current}.next ${current}`;

/** Lets nginx read its configuration again, and waits until new connections meet it: ten seconds at most. */
const confirm = `set -eu
kill -HUP 1
tries=0
until [ "$(curl -fsS --max-time 1 --unix-socket ${controlSocket} http://gateway/generation 2>/dev/null)" = "$1" ]; do
  tries=$((tries + 1))
  if [ "$tries" -ge 100 ]; then echo "nginx was told to reload and still serves another generation" >&2; exit 1; fi
  sleep 0.1
done`;

/** Removes a rejected generation, unless it is the one that is served: a restart must find that one. */
const discard = `[ "$(readlink ${current})" = "$1" ] || rm -rf "${generationsFolder}/$1"`;

/** Keeps the served generation and the one before it; older ones are removed. */
const prune = `cd ${generationsFolder}
ls -1t | grep -Ex '[0-9a-f]{16}' | tail -n +3 | while read -r old; do [ "$old" = "$1" ] || rm -rf "$old"; done`;

const quote = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;

/**
 * The shell text that brings a generation, read from standard input, into the container named by $CONTAINER. A
 * rejected one leaves the running one as it is, and fails with nginx's own message.
 */
export const deliver = `set -eu
as_root() { docker exec --interactive --user 0:101 "$CONTAINER" "$@"; }
as_nginx() { docker exec --user 101:101 "$CONTAINER" "$@"; }
id=$(as_root sh -c ${quote(receive)})
next=${generationsFolder}/$id
if ! report=$(as_nginx nginx -t -q -p "$next/" -c "$next/nginx.conf" 2>&1); then
  as_root sh -c ${quote(discard)} discard "$id" </dev/null
  echo "nginx rejects the new configuration and goes on with the old one:" >&2
  echo "$report" >&2
  exit 1
fi
as_root sh -c ${quote(activate)} activate "$id" </dev/null
as_nginx sh -c ${quote(confirm)} confirm "$id"
as_root sh -c ${quote(prune)} prune "$id" </dev/null
`;
