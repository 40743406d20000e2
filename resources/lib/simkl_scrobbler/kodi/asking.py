# SPDX-License-Identifier: MIT
"""Asking Simkl something while the person waits for it, sees that, and can leave."""

from __future__ import annotations

import threading
from typing import Callable, TypeVar

import xbmc
import xbmcgui

from ..answer import Busy, Refused, Rejected, SimklError
from ..log import LOG
from ..simkl import Simkl
from . import menu
from .texts import Text
from .ui import text

T = TypeVar("T")

_LOOK = 0.1


class Asking:
    """`connect` makes the API when there is something to ask."""

    def __init__(self, connect: Callable[[], Simkl]) -> None:
        self._connect = connect

    def ask(self, message: str, question: Callable[[Simkl], T]) -> T | None:
        """What Simkl says; None when the person left, or has read why there is no answer."""
        outcome = self._watched(message, question)
        if isinstance(outcome, SimklError):
            LOG.warning("no answer: %s: %s", type(outcome).__name__, outcome)
            menu.say(_sentence(outcome))
            return None
        return outcome

    def _watched(self, message: str, question: Callable[[Simkl], T]) -> T | SimklError | None:
        outcome: list[T | SimklError] = []
        progress = xbmcgui.DialogProgress()
        progress.create(menu.HEADING, message)
        simkl = self._connect()
        asking = threading.Thread(target=lambda: outcome.append(_outcome(simkl, question)))
        asking.start()
        monitor = xbmc.Monitor()
        while asking.is_alive() and not progress.iscanceled() and not monitor.abortRequested():
            asking.join(_LOOK)
        ended = asking.is_alive()
        if ended:
            simkl.cut()
        asking.join()
        simkl.close()
        progress.close()
        return None if ended or not outcome else outcome[0]


def _outcome(simkl: Simkl, question: Callable[[Simkl], T]) -> T | SimklError:
    try:
        return question(simkl)
    except SimklError as error:
        return error


def _sentence(error: SimklError) -> str:
    if isinstance(error, Busy):
        return text(Text.SEARCH_BUSY)
    if isinstance(error, Refused):
        return text(Text.SEARCH_REFUSED)
    if isinstance(error, Rejected):
        return text(Text.SEARCH_REJECTED, reason=error)
    return text(Text.SEARCH_UNREACHABLE)
