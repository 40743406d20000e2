# SPDX-License-Identifier: MIT
"""Marking by hand: from the context menu, with questions, or by a script, without any."""

from __future__ import annotations

import re
import time
from typing import Callable, Iterator, Sequence

import xbmcgui

from ..database import Unwritable
from ..log import LOG
from ..media import DATE_UNKNOWN, Act, Episode, Item, Removal, Watch, label
from ..outbox import Outbox
from . import library, menu, moment, ui
from .library import KINDS, SEASON, TVSHOW, Listed
from .menu import Option
from .texts import Text
from .ui import plain, text

_UNWATCHED = "mark_unwatched"

# So many episodes are marked without asking whether all of them are meant.
_FEW = 20

When = Callable[[Listed], int]


class Wrong(Exception):
    """What a script asked for makes no sense; the text says why."""


class Marking:
    """Keeps acts in the outbox; `kept` is called when there are new ones."""

    def __init__(self, outbox: Outbox, kept: Callable[[], None]) -> None:
        self._outbox = outbox
        self._kept = kept

    def by_menu(self, action: str, focused: xbmcgui.ListItem) -> None:
        """Ask what is meant for the item on which the context menu was opened."""
        rows = _once(library.shown(focused))
        if not rows:
            kind = focused.getVideoInfoTag().getMediaType()
            several = kind in (SEASON, TVSHOW)
            menu.say(text(Text.NO_EPISODES if several else Text.NOTHING_TO_MARK))
        elif action == _UNWATCHED:
            if menu.agreed(ui.remove_unmarked([row.item for row in rows])):
                self.keep(removals(rows, time.time()))
        else:
            when = ask_when(rows)
            if when and (len(rows) <= _FEW or menu.agreed(text(Text.MARK_SURE, number=len(rows)))):
                self.keep(watches(rows, when))

    def by_script(self, action: str, asked: dict[str, str]) -> None:
        """Do `{"dbtype": "movie", "dbid": "12", "when": "now"}`; what is wrong is logged."""
        try:
            rows = named(asked)
            if action == _UNWATCHED:
                self.keep(removals(rows, time.time()))
            else:
                self.keep(watches(rows, when_of(asked.get("when", "now"), time.time())))
        except Wrong as error:
            LOG.error("%s: %s", action, error)

    def keep(self, acts: Sequence[Act]) -> None:
        """Keep what the person wants; what cannot be kept they hear of."""
        try:
            self._outbox.add(*acts)
        except Unwritable as error:
            LOG.error("the outbox cannot be written: %s", error)
            ui.warn(Text.NOT_KEPT)
        else:
            self._kept()


def watches(rows: Sequence[Listed], when: When) -> list[Watch]:
    """One per row; of several, those that Kodi has as watched keep their own moment.

    What is not out yet, as far as Kodi knows, or was played by a clock that was ahead: now.
    """
    several, now = len(rows) > 1, int(time.time())
    moments = [several and row.watched and row.last_played or when(row) for row in rows]
    return [Watch(row.item, min(utc, now), "menu") for row, utc in zip(rows, moments)]


def removals(rows: Sequence[Listed], now: float) -> list[Removal]:
    """One per row: never a whole show."""
    return [Removal(row.item, int(now), "menu") for row in rows]


def _once(rows: Sequence[Listed]) -> list[Listed]:
    """Of what is twice in the library only one, which Kodi has as watched if any is."""
    found: dict[Item, Listed] = {}
    for row in rows:
        if row.watched or row.item not in found:
            found[row.item] = row
    return list(found.values())


def _at(utc: float) -> When:
    return lambda row: int(utc)


def _last_played(row: Listed) -> int:
    return row.last_played or DATE_UNKNOWN


def _released(row: Listed) -> int:
    return row.released or DATE_UNKNOWN


def named(asked: dict[str, str]) -> list[Listed]:
    kind, number = asked.get("dbtype", ""), asked.get("dbid", "")
    if kind not in KINDS:
        raise Wrong(f"dbtype is one of {', '.join(KINDS)}, not {kind!r}")
    if not re.fullmatch(r"[1-9]\d{0,8}", number, re.ASCII):
        raise Wrong(f"dbid is a number of the library, not {number!r}")
    rows = _once(library.listed(kind, int(number)))
    if not rows:
        raise Wrong(f"the library has no {kind} {number}, or no episode of it")
    return rows


def when_of(word: str, now: float) -> When:
    utc = moment.of_iso(word)
    if utc > now:
        raise Wrong(f"{word} is still to come")
    if utc:
        return _at(utc)
    words: dict[str, When] = {
        "now": _at(now),
        "last_played": _last_played,
        "release": _released,
        "unknown": _at(DATE_UNKNOWN),
    }
    if word not in words:
        raise Wrong(f"when is {', '.join(words)} or like 2024-05-01T20:15:00Z, not {word!r}")
    return words[word]


def ask_when(rows: Sequence[Listed]) -> When | None:
    """What the person says of when it was; None if they leave."""
    choices = list(_choices(rows, time.time()))
    lines = [Option(text(name), detail, menu.nothing) for name, detail, _ in choices]
    chosen = menu.ask(_heading(rows), lines)
    if chosen < 0:
        return None
    return choices[chosen][2] or _picked()


def _choices(rows: Sequence[Listed], now: float) -> Iterator[tuple[int, str, When | None]]:
    """Each text with what it means here; None stands for a moment that is yet to be entered."""
    several, first = len(rows) > 1, rows[0]
    yield Text.NOW, moment.shown(now), _at(now)
    if several or first.last_played:
        each = text(Text.LAST_PLAYED_EACH) if several else moment.shown(first.last_played)
        yield Text.LAST_PLAYED, each, _last_played
    if several or first.released:
        each = text(Text.RELEASED_EACH) if several else moment.day(first.released)
        yield Text.RELEASED, each, _released
    yield Text.DATE_UNKNOWN, text(Text.DATE_UNKNOWN_HELP), _at(DATE_UNKNOWN)
    yield Text.PICK_DATE, text(Text.PICK_DATE_HELP), None


def _picked() -> When | None:
    utc = moment.picked()
    if utc > time.time():
        menu.say(text(Text.STILL_TO_COME))
        return None
    return _at(utc) if utc else None


def _heading(rows: Sequence[Listed]) -> str:
    item = rows[0].item
    if len(rows) > 1 and isinstance(item, Episode):
        return text(Text.EPISODES_OF, title=item.show.title, number=len(rows))
    return plain(label(item))
