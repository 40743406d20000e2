# SPDX-License-Identifier: MIT
"""Makes Kodi paint no more often than anybody has to see."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .cache import fingerprint, made_once

_SOURCE = Path(__file__).with_suffix(".c")


def paced(milliseconds: int) -> dict[str, str]:
    """The environment of a Kodi that waits so long after each picture."""
    library = made_once(f"pace-{fingerprint(_SOURCE.read_bytes())}", _compile) / "pace.so"
    return {"LD_PRELOAD": str(library), "REFRESH_MILLISECONDS": str(milliseconds)}


def _compile(folder: Path) -> None:
    # What it calls is in every program: without a C library's own files one small package does.
    command = ["tcc", "-shared", "-nostdlib", "-o", str(folder / "pace.so"), str(_SOURCE)]
    subprocess.run(command, check=True)
