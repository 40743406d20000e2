# SPDX-License-Identifier: MIT
"""Small libraries that stand in Kodi's process before those of the system."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .cache import fingerprint, made_once


def compiled(source: Path) -> str:
    """The library of a source in C, for LD_PRELOAD."""

    def compile_it(folder: Path) -> None:
        # What it calls is in every program: without a C library's own files one small package does.
        library = str(folder / f"{source.stem}.so")
        subprocess.run(["tcc", "-shared", "-nostdlib", "-o", library, str(source)], check=True)

    folder = made_once(f"{source.stem}-{fingerprint(source.read_bytes())}", compile_it)
    return str(folder / f"{source.stem}.so")
