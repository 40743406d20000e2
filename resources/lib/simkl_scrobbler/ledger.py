# SPDX-License-Identifier: MIT
"""What lies in the outbox, as a person reads it: how much, what became of it, and when."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from .history import PARKED, SENT, WAITING, Entry
from .media import Act, Episode, Ids, Movie, Show, Watch, read

ACT = "item, watched_at, source, kind, title, season, episode"
"""The columns of an act."""

# Only the first of them are looked at: more than can have come in one go.
_OUTDATED = """
    DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE state = ? ORDER BY id LIMIT 500)
    AND settled_at < ?
"""


class Stored(NamedTuple):
    """An entry with its story; `settled_at` is 0 while nothing was said of it."""

    entry: Entry
    reason: str
    created_at: int
    settled_at: int


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many entries are WAITING, SENT and PARKED."""
    found = dict(db.execute("SELECT state, count(*) FROM entry GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in (WAITING, SENT, PARKED)}


def reasons(db: sqlite3.Connection) -> dict[str, int]:
    """How many entries are PARKED for which reason."""
    query = "SELECT reason, count(*) FROM entry WHERE state = ? GROUP BY reason"
    return dict(db.execute(query, (PARKED,)).fetchall())


def newest(db: sqlite3.Connection, state: str, most: int) -> list[Stored]:
    """The entries of a state, what was settled last first."""
    rows = db.execute(
        "SELECT id, reason, created_at, coalesce(settled_at, 0), "
        f"{ACT} FROM entry WHERE state = ? "
        "ORDER BY settled_at DESC, id DESC LIMIT ?",
        (state, most),
    )
    return [_stored(*row) for row in rows]


def tidy(db: sqlite3.Connection, before: int) -> None:
    """Forget what was SENT and settled before that UTC epoch second."""
    db.execute(_OUTDATED, (SENT, before))


def _stored(number: int, reason: str, created_at: int, settled_at: int, *act: Any) -> Stored:
    return Stored(Entry(number, legible(*act)), reason, created_at, settled_at)


def legible(text: str, moment: int, source: str, *beside: Any) -> Act:
    """The stored act of the columns ACT; of what cannot be read, as much as stands beside it."""
    try:
        return read(text, moment, source)
    except (ValueError, TypeError, KeyError, AttributeError):
        kind, title, season, number = beside
        if kind == "episode":
            show = Show(title, 0, Ids())
            numbers = (each if isinstance(each, int) else 0 for each in (season, number))
            return Watch(Episode(show, *numbers), moment, source)
        return Watch(Movie(title, 0, Ids()), moment, source)
