# SPDX-License-Identifier: MIT
"""Marks made in Kodi's library, by a person or another add-on: collected, then read as acts."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import NamedTuple

from .. import whole_file
from ..exclusions import Exclusions, excluded
from ..identify import Facts
from ..log import LOG
from ..media import Act, Item, Removal, Watch
from . import library
from .inbox import Update
from .library import EPISODE, MOVIE, Listed, Ref

# A season is marked episode by episode, a show too: what comes within this many seconds of each
# other belongs together, up to the longest burst that is waited for.
_QUIET, _LONGEST = 2.0, 60.0


class Mark(NamedTuple):
    """Something in the library is watched now, or is not any more, since a moment.

    `plays` is how often it was. Kodi tells it only when it changes: 1 says that it was not watched
    before, unless another add-on has corrected a higher number.
    """

    ref: Ref
    plays: int
    utc: float

    @property
    def watched(self) -> bool:
        return self.plays > 0


def mark_of(update: Update) -> Mark | None:
    """The mark in `{"item": {"id": 4, "type": "episode"}, "playcount": 1}`; None if it is none.

    What a scan brings in it has `added`, and says no playcount of it. `transaction` only tells that
    a scan is running: it stands on a person's mark, too, and a scan can take hours.
    """
    try:
        data = json.loads(update.data)
        item = data.get("item", data)
        ref, playcount = Ref(item["type"], item["id"]), data.get("playcount")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if ref.kind not in (MOVIE, EPISODE) or data.get("added"):
        return None
    # JSON's true is an int for Python, too.
    if type(ref.dbid) is not int or ref.dbid <= 0 or type(playcount) is not int or playcount < 0:
        return None
    return Mark(ref, playcount, update.utc)


class Marks:
    """One burst after another; `due` is the monotonic moment at which to read it.

    Until it is read, and what it means is kept, it lies in the file at `path`: Kodi may be killed.
    """

    def __init__(self, path: str) -> None:
        self.due: float | None = None
        self._path = path
        self._latest = 0.0
        self._marks: dict[Ref, list[Mark]] = {}
        self._unwritten = False

    def recall(self, at: float) -> None:
        """What a Kodi that was killed had heard of is read as if it had just been said."""
        try:
            for kind, dbid, plays, utc in whole_file.load(self._path):
                self.add(Mark(Ref(str(kind), int(dbid)), int(plays), float(utc)), at)
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, RecursionError, OverflowError) as error:
            LOG.error("marks.json cannot be read: %s", type(error).__name__)

    def write(self) -> None:
        """Bring to the disk what is not there yet."""
        if not self._unwritten:
            return
        self._unwritten = False
        rows = [(*mark.ref, mark.plays, mark.utc) for said in self._marks.values() for mark in said]
        try:
            whole_file.replace(self._path, rows)
        except OSError as error:
            LOG.error("marks.json cannot be written: %s", type(error).__name__)

    def forget(self) -> None:
        """What was read is kept elsewhere."""
        with suppress(OSError):
            os.unlink(self._path)

    def add(self, mark: Mark, at: float) -> None:
        """The last word about an item counts."""
        if not self._marks:
            self._latest = at + _LONGEST
        self._marks.setdefault(mark.ref, []).append(mark)
        self.due = min(at + _QUIET, self._latest)
        self._unwritten = True

    def acts(self, exclusions: Exclusions) -> list[Act]:
        """What the burst means, each item once; the next one begins."""
        marks, self._marks, self.due, self._unwritten = self._marks, {}, None, False
        acts: dict[Item, Act] = {}
        for rows in library.together(marks).values():
            # A file has one playcount: whatever was said of it last holds for all in it.
            said = [mark for row in rows for mark in marks.get(row.ref, ())]
            said.sort(key=lambda mark: mark.utc)
            first, last = said[0], said[-1]
            # A slip that was taken back at once is none.
            if last.watched or first.plays != 1:
                for row in rows:
                    if not _left_alone(row, exclusions):
                        acts.setdefault(row.item, _act(last, row))
        LOG.debug("marked in Kodi: %d, which are %d", len(marks), len(acts))
        return list(acts.values())


def _left_alone(row: Listed, exclusions: Exclusions) -> bool:
    genres = library.genres_of(row.ref) if exclusions.genres else ()
    facts = Facts(row.ref.kind, row.ref.dbid, file=row.file, genres=genres)
    why = excluded(facts, exclusions)
    if why:
        LOG.debug("marked in Kodi, left alone: %s", why)
    return bool(why)


def _act(mark: Mark, row: Listed) -> Act:
    utc = int(mark.utc)
    if mark.watched:
        # Whoever wrote a moment that is still to come had a clock that was ahead.
        return Watch(row.item, min(row.last_played or utc, utc), "library")
    return Removal(row.item, utc, "library")
