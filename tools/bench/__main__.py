# SPDX-License-Identifier: MIT
"""`make bench`: prints the table of all figures and writes it to build/bench.md.

It never fails on a figure, only when something does not work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import typing
from importlib.util import cache_from_source
from pathlib import Path

from tests.e2e.kodi import BUILD
from tests.e2e.release import kodi_command

from . import (
    addons,
    callbacks,
    clicks,
    delivery,
    enabled,
    hanging,
    latency,
    paces,
    pings,
    starts,
)
from .stage import Failed, Stage
from .table import Figure, markdown

# The quick ones first: what does not work shows early.
_PARTS = (delivery, clicks, pings, callbacks, hanging, latency, enabled, starts, paces)


def main() -> None:
    try:
        table = f"{markdown(_measure_all())}\n{_conditions()}\n"
    except Failed as error:
        sys.exit(f"bench: {error}")
    (BUILD / "bench.md").write_text(table, encoding="utf-8")
    print(table, end="")


def _measure_all() -> list[Figure]:
    folder = BUILD / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    figures: list[Figure] = []
    stage = Stage(folder, addons.ours(folder), addons.floor(folder))
    for part in _PARTS:
        begun = time.monotonic()
        print(f"bench: {part.__name__.rpartition('.')[2]} …", end=" ", flush=True)
        figures += part.measure(stage)
        print(f"{time.monotonic() - begun:.0f} s", flush=True)
    return figures


def _conditions() -> str:
    """What the figures depend on beside the add-on."""
    said = subprocess.run(
        kodi_command("--version"), check=True, capture_output=True, text=True
    ).stdout
    # Kodi's Python optimises, and Debian ships no such .pyc files: it compiles the standard
    # library at each start, unless it may write there.
    compiled = Path(cache_from_source(typing.__file__, optimization="1")).exists()
    return (
        f"{said.splitlines()[0]}; {os.cpu_count()} cores with a load of {os.getloadavg()[2]:.1f} in"
        f" the last quarter hour; standard library {'' if compiled else 'not '}compiled for Kodi."
    )


if __name__ == "__main__":
    main()
