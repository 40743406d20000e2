# SPDX-License-Identifier: MIT
"""The person searches Simkl by title and chooses what a film or a show of theirs is there."""

from __future__ import annotations

import logging
import threading
from typing import Callable

import xbmc
import xbmcgui

from ..account import Account
from ..answer import Busy, Refused, Rejected, SimklError
from ..media import Episode, Item
from ..simkl import Found, Simkl
from . import menu
from .menu import HEADING, Option
from .ui import Text, text

LOG = logging.getLogger(__name__)

_FILM, _SERIES = ("movie",), ("tv", "anime")
_NAMES = {"movie": Text.KIND_MOVIE, "tv": Text.KIND_TV, "anime": Text.KIND_ANIME}
_LOOK = 0.1


class Matcher:
    """Finds titles for people; `connect` makes the API when there is something to ask."""

    def __init__(self, connect: Callable[[], Simkl], account: Callable[[], Account]) -> None:
        self._connect = connect
        self._account = account

    def find(self, item: Item) -> int:
        """The Simkl id of what the person chose for a film or the show of an episode, else 0."""
        kinds = _SERIES if isinstance(item, Episode) else _FILM
        query = item.show.title if isinstance(item, Episode) else item.title
        while True:
            query = xbmcgui.Dialog().input(text(Text.SEARCH), query).strip()
            if not query:
                return 0
            found = self._search(kinds, query)
            chosen = menu.ask(query, [_line(each) for each in found])
            if chosen >= 0:
                return found[chosen].simkl

    def _search(self, kinds: tuple[str, ...], query: str) -> list[Found]:
        """What Simkl found; where that is nothing the person knows why, or wanted it so."""
        account = self._account()
        if not account.signed_in:
            menu.say(text(Text.SEARCH_SIGNED_OUT))
            return []
        token = account.access_token
        outcome = self._watched(
            query, lambda simkl: [row for kind in kinds for row in simkl.search(kind, query, token)]
        )
        if isinstance(outcome, SimklError):
            LOG.warning("a search failed: %s: %s", type(outcome).__name__, outcome)
            menu.say(_sentence(outcome))
            return []
        if outcome == []:
            menu.say(text(Text.FOUND_NOTHING, title=query))
        return outcome or []

    def _watched(
        self, query: str, ask: Callable[[Simkl], list[Found]]
    ) -> list[Found] | SimklError | None:
        """Ask while the person sees that it goes on, and can end it: None."""
        outcome: list[list[Found] | SimklError] = []
        progress = xbmcgui.DialogProgress()
        progress.create(HEADING, text(Text.SEARCHING, title=query))
        simkl = self._connect()
        asking = threading.Thread(target=lambda: outcome.append(_outcome(simkl, ask)))
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


def _outcome(simkl: Simkl, ask: Callable[[Simkl], list[Found]]) -> list[Found] | SimklError:
    try:
        return ask(simkl)
    except SimklError as error:
        return error


def _line(found: Found) -> Option:
    label = f"{found.title} ({found.year})" if found.year else found.title
    icon = "DefaultMovies.png" if found.kind in _FILM else "DefaultTVShows.png"
    return Option(label, text(_NAMES[found.kind]), menu.nothing, icon)


def _sentence(error: SimklError) -> str:
    if isinstance(error, Busy):
        return text(Text.SEARCH_BUSY)
    if isinstance(error, Refused):
        return text(Text.SEARCH_REFUSED)
    if isinstance(error, Rejected):
        return text(Text.SEARCH_REJECTED, reason=error)
    return text(Text.SEARCH_UNREACHABLE)
