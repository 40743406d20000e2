# SPDX-License-Identifier: MIT
"""Makes Kodi paint no more often than anybody has to see."""

from __future__ import annotations

from pathlib import Path

from .preload import compiled

_SOURCE = Path(__file__).with_suffix(".c")


def paced(milliseconds: int) -> dict[str, str]:
    """The environment of a Kodi that waits so long after each picture."""
    return {"LD_PRELOAD": compiled(_SOURCE), "REFRESH_MILLISECONDS": str(milliseconds)}
