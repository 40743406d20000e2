# SPDX-License-Identifier: MIT
"""What lies in the outbox, as a person reads it: how much, what became of it, and when."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from .history import PARKED, SENT, WAITING, Entry
from .media import Episode, Ids, Item, Movie, Show, Watch, from_json


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
        "SELECT id, watched_at, source, reason, created_at, coalesce(settled_at, 0), "
        "item, kind, title, season, episode FROM entry WHERE state = ? "
        "ORDER BY settled_at DESC, id DESC LIMIT ?",
        (state, most),
    )
    return [_stored(*row) for row in rows]


def _stored(
    number: int,
    watched_at: int,
    source: str,
    reason: str,
    created_at: int,
    settled_at: int,
    *item: Any,
) -> Stored:
    entry = Entry(number, Watch(legible(*item), watched_at, source))
    return Stored(entry, reason, created_at, settled_at)


def legible(text: str, kind: str, title: str, season: int | None, number: int | None) -> Item:
    """The stored item; of one that cannot be read, what the columns beside it say."""
    try:
        return from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        if kind == "episode":
            return Episode(Show(title, 0, Ids()), season or 0, number or 0)
        return Movie(title, 0, Ids())
