#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a Debian 13 with its Kodi in the folder $1: as root, in a mount namespace of its own, so that
# nothing stays mounted whatever happens. What the tools say goes to the output, too long to read.
set -eu
root=$1
step=

fail() { printf '%s\n' "trixie: $step could not make a Debian 13; the lines above tell why." >&2; }
trap '[ $? -eq 0 ] || fail' EXIT

# Where this machine gets its own Debian from; nothing where debootstrap knows better.
mirror() {
  apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(CODENAME) $(REPO_URI)' |
    sed -n 's|^Packages main \([a-z]*\) \(https\{0,1\}://.*\)$|\2|p' | head -n 1
}

step="debootstrap"
# shellcheck disable=SC2046 -- no mirror is no argument
debootstrap --variant=minbase --include=ca-certificates trixie "$root" $(mirror)

step="apt-get"
# It can be made again: nothing waits for the disk, and nobody reads here.
cat >"$root/etc/dpkg/dpkg.cfg.d/throwaway" <<END
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
END
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }
inside apt-get -q -y --no-install-recommends install kodi kodi-pvr-iptvsimple \
  python3-venv
inside apt-get clean
rm -rf "$root"/var/lib/apt/lists/*
