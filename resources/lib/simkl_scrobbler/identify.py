# SPDX-License-Identifier: MIT
"""What Kodi knows of what plays becomes items, or a reason why not. Pure."""

from __future__ import annotations

from typing import NamedTuple

from .media import Ids


class Facts(NamedTuple):
    """What Kodi knows of what plays; texts are "" and numbers 0 or -1 where it knows nothing.

    `kind` is Kodi's: movie, episode, musicvideo, channel, …; `dbid` the library's number. `ids`
    are the item's own, `show_ids` those of its show, `handed_ids` were handed over by another
    add-on: of a film its own, of an episode its show's. `file` is what was asked to be played, a
    path or an address; `stream` what Kodi reads in the end, if that is something else. `addon` is
    the id of the add-on that plays it. `paused` and `excluded`: other add-ons say that nothing is
    to be recorded now, or not this.
    """

    kind: str = ""
    dbid: int = 0
    title: str = ""
    year: int = 0
    show: str = ""
    season: int = -1
    episode: int = -1
    ids: Ids = Ids()
    show_ids: Ids = Ids()
    handed_ids: Ids = Ids()
    file: str = ""
    stream: str = ""
    addon: str = ""
    genres: tuple[str, ...] = ()
    paused: bool = False
    excluded: bool = False
