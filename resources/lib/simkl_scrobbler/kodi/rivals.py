# SPDX-License-Identifier: MIT
"""Other add-ons that would send to Simkl what we send: the person hears of them once."""

from __future__ import annotations

import xbmc

from .. import whole_file
from ..log import LOG

_RIVALS = ("script.simkl", "script.simkl.scrobbler")


def is_news(path: str) -> bool:
    """Whether one is enabled of which nothing has been said yet; that is remembered at `path`."""
    told = _told(path)
    enabled = [each for each in _RIVALS if xbmc.getCondVisibility(f"System.AddonIsEnabled({each})")]
    if set(enabled) <= set(told):
        return False
    try:
        whole_file.replace(path, sorted({*told, *enabled}))
    except OSError as error:
        # Better not said than said at every start.
        LOG.error("%s sends, too; that cannot be remembered: %s", enabled, type(error).__name__)
        return False
    LOG.warning("also enabled, and sends what we send: %s", ", ".join(enabled))
    return True


def _told(path: str) -> list[str]:
    try:
        told = whole_file.load(path)
    except (OSError, ValueError):
        return []
    return [each for each in told if each in _RIVALS] if isinstance(told, list) else []
