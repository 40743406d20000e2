# SPDX-License-Identifier: MIT
"""A screen nobody looks at: Kodi paints the pictures it is asked for, and no others."""

from __future__ import annotations

from pathlib import Path

from .preload import compiled

_SOURCE = Path(__file__).with_suffix(".c")


def unseen() -> str:
    """The library for LD_PRELOAD; the file of ASKED_FOR_PICTURE asks, and goes when it is done."""
    return compiled(_SOURCE)
