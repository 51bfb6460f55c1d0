#!/bin/sh
# Keeps the contract of the official redis image: options alone, or a configuration file, are redis-server's.
set -eu

case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown --no-dereference redis:redis {} +
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi

# What it dumps is for its own user alone, unless someone chose another mask.
if [ "$(umask)" = 0022 ]; then
  umask 0077
fi
exec "$@"
