# SPDX-License-Identifier: MIT
"""The person searches Simkl by title and chooses what a film or a show of theirs is there."""

from __future__ import annotations

from typing import Callable

import xbmcgui

from ..account import Account
from ..choice import title_of
from ..media import Item, Movie, Show
from ..simkl import Found
from . import menu
from .asking import Asking
from .menu import Option
from .texts import Text
from .ui import plain, text

_FILM, _SERIES = ("movie",), ("tv", "anime")
_NAMES = {"movie": Text.KIND_MOVIE, "tv": Text.KIND_TV, "anime": Text.KIND_ANIME}


class Matcher:
    """Finds titles for people."""

    def __init__(self, asking: Asking, account: Callable[[], Account]) -> None:
        self._asking = asking
        self._account = account

    def find(self, item: Item | Show) -> int:
        """The Simkl id of what the person chose for a film or the show of an episode, else 0."""
        kinds = _FILM if isinstance(item, Movie) else _SERIES
        query = title_of(item).title
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
        found = self._asking.ask(
            text(Text.SEARCHING, title=query),
            lambda simkl: [row for kind in kinds for row in simkl.search(kind, query, token)],
        )
        if found == []:
            menu.say(text(Text.FOUND_NOTHING, title=query))
        return found or []


def _line(found: Found) -> Option:
    title = plain(found.title)
    label = f"{title} ({found.year})" if found.year else title
    icon = "DefaultMovies.png" if found.kind in _FILM else "DefaultTVShows.png"
    return Option(label, text(_NAMES[found.kind]), menu.nothing, icon)
