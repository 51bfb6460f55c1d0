#!/bin/sh
# Writes the root file system of a small Debian into a tar archive for `docker import`.
# usage: make.sh ARCHIVE SUITE MIRROR [SECURITY_MIRROR]
set -eu
archive=$1 suite=$2 mirror=$3 security=${4:-}
command -v debootstrap >/dev/null || {
  echo "debootstrap is missing; install it: apt-get install debootstrap" >&2
  exit 1
}
# Beside the archive, so that whoever asked for it decides about the disk.
work=$(mktemp -d -p "$(dirname "$archive")")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' INT TERM
root=$work/root
mkdir -m 0755 "$root"

# The recipe is the same for every current suite; an older debootstrap does not know the newest names.
recipes=${DEBOOTSTRAP_DIR:-/usr/share/debootstrap}/scripts
if [ -e "$recipes/$suite" ]; then recipe=$recipes/$suite; else recipe=$recipes/sid; fi
debootstrap --variant=minbase "$suite" "$root" "$mirror" "$recipe"

echo "deb $mirror $suite main" >"$root/etc/apt/sources.list"
if [ -n "$security" ]; then
  echo "deb $security $suite-security main" >>"$root/etc/apt/sources.list"
fi

cat >"$root/etc/dpkg/dpkg.cfg.d/no-documentation" <<'CONF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
CONF
cat >"$root/etc/apt/apt.conf.d/90image" <<'CONF'
APT::Install-Recommends "false";
APT::Get::Assume-Yes "true";
// A mirror of a testing suite may lag behind its own expiry date; signatures are verified all the same.
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
DPkg::Use-Pty "false";
CONF
# A daemon that a package would start at build time has no place in an image.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

find "$root/usr/share/doc" -type f ! -name copyright -delete
rm -rf "$root"/usr/share/info/* "$root"/usr/share/locale/* "$root"/usr/share/man/* \
  "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* \
  "$root"/var/log/*.log "$root"/var/cache/debconf/*-old "$root"/etc/hostname "$root"/etc/resolv.conf

tar --create --file "$archive" --numeric-owner --one-file-system --directory "$root" .
