#!/bin/sh
# Keeps the contract of Inbucket's own image: the home page's greeting is put into /config, which therefore has to be
# writable for the user, and whatever is given are arguments of inbucket.
set -eu
home=/opt/inbucket

if [ ! -e /config/greeting.html ]; then
  cp "$home/defaults/greeting.html" /config/
fi
exec "$home/bin/inbucket" "$@"
