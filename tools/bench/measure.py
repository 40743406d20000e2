# SPDX-License-Identifier: MIT
"""The figures of the one Kodi that the environment names: `python -m tools.bench.measure`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

from tests.e2e.kodi import BUILD
from tests.e2e.release import kodi_command, kodi_python, release

from . import (
    addons,
    callbacks,
    clicks,
    delivery,
    enabled,
    ends,
    imports,
    latency,
    libraries,
    paces,
    pings,
    starts,
    window,
)
from .stage import Failed, Stage
from .table import Figure, markdown

# The quick ones first: what does not work shows early.
_PARTS = (
    *(imports, delivery, clicks, window, pings, callbacks, ends, latency),
    *(enabled, libraries, starts, paces),
)

_COMPILED = """
import os, typing
from importlib.util import cache_from_source
compiled = os.path.exists(cache_from_source(typing.__file__, optimization="1"))
print("compiled" if compiled else "not compiled", end="")
"""


def main() -> None:
    try:
        table = f"{markdown(_measure_all())}\n{_conditions()}\n"
    except Failed as error:
        sys.exit(f"bench: {error}")
    report(release()).write_text(table, encoding="utf-8")


def report(name: str) -> Path:
    """Where the table of a Kodi lies until those of all are there."""
    return BUILD / f"bench-{name}.md"


def _measure_all() -> list[Figure]:
    folder = BUILD / f"bench-{release()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    figures: list[Figure] = []
    stage = Stage(folder, addons.ours(folder), addons.floor(folder))
    for part in _parts():
        begun = time.monotonic()
        print(f"bench: {part.__name__.rpartition('.')[2]} …", end=" ", flush=True)
        figures += part.measure(stage)
        print(f"{time.monotonic() - begun:.0f} s", flush=True)
    return figures


def _parts() -> list[ModuleType]:
    """All of them, or those that were asked for by name."""
    return [part for part in _PARTS if part.__name__.rpartition(".")[2] in sys.argv[1:]] or [
        *_PARTS
    ]


def _conditions() -> str:
    """What the figures depend on beside the add-on."""
    said = _said(kodi_command("--version"))
    # Kodi's Python optimises, and Debian ships no such .pyc files: it compiles the standard
    # library at each start, unless it may write there.
    compiled = _said(kodi_python("-c", _COMPILED))
    return (
        f"{said.splitlines()[0]}; {os.cpu_count()} cores with a load of {os.getloadavg()[2]:.1f} in"
        f" the last quarter hour; standard library {compiled} for Kodi."
    )


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
