# SPDX-License-Identifier: MIT
"""Log records of the package go to Kodi's log, without secrets."""

from __future__ import annotations

import logging
import re

import xbmc

_SECRET = re.compile(
    r"(simkl_[ar]t_)[\w-]+|(Bearer\s+)[\w.-]+|(client_id=)[^&\s]+|\b[0-9a-f]{64}\b", re.IGNORECASE
)
_LEVELS = (
    (logging.ERROR, xbmc.LOGERROR),
    (logging.WARNING, xbmc.LOGWARNING),
    (logging.INFO, xbmc.LOGINFO),
)


def masked(text: str) -> str:
    """The text with tokens and application ids replaced by a mark."""
    return _SECRET.sub(lambda found: "".join(filter(None, found.groups())) + "***", text)


class _OneLine(logging.Formatter):
    """A title with a new line in it must not look like a record of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = " ".join(record.message.splitlines())
        return super().formatMessage(record)


class _KodiHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        level = next((kodi for least, kodi in _LEVELS if record.levelno >= least), xbmc.LOGDEBUG)
        xbmc.log(f"[service.simkl] {masked(self.format(record))}", level)


def install() -> None:
    """Let the package's loggers speak to Kodi, once per interpreter."""
    logger = logging.getLogger(__package__.rpartition(".")[0])
    if not logger.handlers:
        handler = _KodiHandler()
        handler.setFormatter(_OneLine())
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
