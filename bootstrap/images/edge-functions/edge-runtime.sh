#!/bin/sh
# Starts the main service on Deno, with the flags of the edge runtime that services are started with.
set -eu

refuse() {
  echo "edge-runtime: $1" >&2
  exit 1
}

[ "${1:-}" = start ] || refuse "the only command is start, not \"${1:-}\""
shift

main=/home/deno/functions/main
ip=0.0.0.0
port=${EDGE_RUNTIME_PORT:-9000}
idle=150000

while [ $# -gt 0 ]; do
  # --name=value is --name value.
  case $1 in
    --*=*)
      flag=${1%%=*}
      value=${1#*=}
      shift
      set -- "$flag" "$value" "$@"
      ;;
  esac
  case $1 in
    --main-service | --ip | -i | --port | -p | --user-worker-request-idle-timeout)
      [ $# -ge 2 ] || refuse "$1 needs a value"
      ;;
    *) refuse "$1 is not a flag of start that is known here" ;;
  esac
  case $1 in
    --main-service) main=$2 ;;
    --ip | -i) ip=$2 ;;
    --port | -p) port=$2 ;;
    --user-worker-request-idle-timeout) idle=$2 ;;
  esac
  shift 2
done

[ -f "$main/index.ts" ] || refuse "--main-service: there is no $main/index.ts"

FUNCTIONS_FOLDER=$(dirname "$(realpath "$main")")
export FUNCTIONS_FOLDER EDGE_RUNTIME_IP="$ip" EDGE_RUNTIME_PORT="$port" FUNCTIONS_IDLE_TIMEOUT_MS="$idle"
export DENO_DIR="${DENO_DIR:-/tmp/deno}"

# The functions run in processes of their own, with permissions of their own.
exec deno run --quiet --no-prompt --no-config --no-lock --no-remote --no-npm --unstable-no-legacy-abort \
  --v8-flags=--max-old-space-size=128 \
  --allow-env --allow-read="$FUNCTIONS_FOLDER" --allow-net="$ip,127.0.0.1" --allow-run="$(command -v deno)" \
  "$main/index.ts"
