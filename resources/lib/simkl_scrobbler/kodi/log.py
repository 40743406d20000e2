# SPDX-License-Identifier: MIT
"""What the package says goes to Kodi's log, without secrets."""

from __future__ import annotations

import re

import xbmc

from ..log import DEBUG, ERROR, INFO, LOG, WARNING

_SECRET = re.compile(
    r"(simkl_[ar]t_)[\w-]+|(Bearer\s+)[\w.-]+|(client_id=)[^&\s]+|\b[0-9a-f]{64}\b", re.IGNORECASE
)
_LEVELS = {
    DEBUG: xbmc.LOGDEBUG,
    INFO: xbmc.LOGINFO,
    WARNING: xbmc.LOGWARNING,
    ERROR: xbmc.LOGERROR,
}


def masked(text: str) -> str:
    """The text with tokens and application ids replaced by a mark."""
    return _SECRET.sub(lambda found: "".join(filter(None, found.groups())) + "***", text)


def install() -> None:
    """Let the package speak to Kodi."""
    LOG.keep = _to_kodi


def _to_kodi(level: int, text: str) -> None:
    xbmc.log(f"[service.simkl] {masked(text)}", _LEVELS[level])
