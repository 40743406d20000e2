# SPDX-License-Identifier: MIT
"""Which Kodi: Nexus, which this Debian has, or Omega, which the next one has."""

from __future__ import annotations

import os
from pathlib import Path

from tools import trixie

NEXUS, OMEGA = "nexus", "omega"

# Below `system_root`.
SYSTEM_ADDONS = "usr/share/kodi/addons"


def release() -> str:
    """What the variable KODI of the environment says, in Kodi's own names."""
    name = os.environ.get("KODI") or NEXUS
    if name not in (NEXUS, OMEGA):
        raise ValueError(f"KODI is {NEXUS} or {OMEGA}, not {name!r}")
    return name


def system_addons() -> list[str]:
    """The add-ons of its Debian, of which Kodi asks at its next start if they may be used."""
    return sorted(addon.name for addon in (system_root() / SYSTEM_ADDONS).iterdir())


def system_root() -> Path:
    """Where the files of its Debian are."""
    return Path("/") if release() == NEXUS else trixie.root()


def kodi_command(*arguments: str) -> list[str]:
    """What to start for a Kodi whose process id is that of what was started."""
    if release() == NEXUS:
        return [str(_binary(Path("/"))), *arguments]
    root = trixie.root()
    return trixie.inside(str("/" / _binary(root).relative_to(root)), *arguments)


def kodi_python(*arguments: str) -> list[str]:
    """What to start for the Python that is part of that Kodi."""
    python = "/usr/bin/python3"
    return [python, *arguments] if release() == NEXUS else trixie.inside(python, *arguments)


def _binary(root: Path) -> Path:
    """The program itself: the script around it would leave us with the wrong process id."""
    for pattern in ("lib/*/kodi/kodi.bin", "lib/kodi/kodi.bin", "lib*/kodi/kodi-x11"):
        for found in (root / "usr").glob(pattern):
            return found
    raise FileNotFoundError("Kodi is not installed; on Debian: apt install kodi xvfb imagemagick")
