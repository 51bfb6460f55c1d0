#!/bin/sh
# Keeps the contract of MinIO's own image: whatever is given are arguments of minio.
set -eu

if [ "${1:-minio}" != minio ]; then
  set -- minio "$@"
fi
exec "$@"
