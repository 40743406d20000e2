#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing on a Debian machine: Kodi, a screen nobody sees, and .venv for the tools;
# with the argument `omega` a Debian 13 in a folder too, for Kodi 21.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "setup: $*"; }
fail() { printf '%s\n' "setup: $*" >&2; exit 1; }

missing() {
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      printf '%s ' "$package"
  done
}

install_packages() {
  command -v dpkg-query >/dev/null || fail "this needs Debian 12 or newer: there is no dpkg here."
  packages=$(missing kodi kodi-pvr-iptvsimple xvfb ffmpeg dvdauthor genisoimage imagemagick \
    x11-apps tcc python3 python3-venv "$@")
  [ -n "$packages" ] || return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "run this as root, or install sudo: missing are $packages"
    as_root=sudo
  fi
  say "installing $packages(a few minutes)"
  log=$(mktemp)
  # shellcheck disable=SC2086 -- one word per package
  {
    $as_root apt-get -qq update &&
      $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install $packages
  } >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get could not install $packages"; }
  rm -f "$log"
}

make_venv() {
  stamp=.venv/$(cksum <tests/requirements.txt | tr ' ' -)
  [ -e "$stamp" ] && return 0
  say "installing the Python tools into .venv (a minute)"
  rm -rf .venv
  # Debian's own Python: the one that its Kodi embeds.
  /usr/bin/python3 -m venv .venv
  .venv/bin/python -m pip install -qq --disable-pip-version-check -r tests/requirements.txt ||
    fail "pip could not install tests/requirements.txt"
  touch "$stamp"
}

if [ "${1-}" = omega ]; then
  install_packages debootstrap
  make_venv
  .venv/bin/python -m tools.trixie
else
  install_packages
  make_venv
fi
