# SPDX-License-Identifier: MIT
"""The rows of the outbox: acts written into them, and read out of them, within a transaction."""

from __future__ import annotations

import sqlite3
from typing import Any, Iterable, Iterator, Tuple

from . import anime, choice, ledger, pinned, times
from .database import Row
from .history import ANIME, ANIME_SPECIAL, PARKED, WAITING, Entry, Outcome
from .log import LOG
from .media import Act, Episode, Item, Movie, Removal, Show, Watch, label, read, written

_KEPT = 90 * 86400
"""Sent entries stay this long for display, in seconds."""

_NEW = "item, kind, title, season, episode, watched_at, source, created_at, account, attempted, "
_NEW += "boot, started_at"
_PLACES = ", ".join("?" for _ in _NEW.split(", "))
# An act that is repeated after its opposite counts anew; else its moment would make it the old one.
_OVERTAKEN = """
    DELETE FROM entry WHERE item = ? AND watched_at = ?
    AND id < (SELECT max(id) FROM entry WHERE item = ?)
"""
_DOUBT = (
    "UPDATE entry SET state = ?, reason = ?, settled_at = ? "
    "WHERE item = ? AND watched_at = ? AND state = ?"
)
_BY_NUMBER = "by number"
_RETRY = (
    "UPDATE entry SET state = ?, reason = CASE reason WHEN ? THEN ? ELSE '' END, "
    "settled_at = NULL WHERE id = ? AND state = ?"
)

Unsaved = Tuple[Act, times.Kept, str]
"""An act, when it was kept, and the doubt about it."""


def rescue(db: sqlite3.Connection) -> Iterator[Row]:
    """What waits in a damaged file; a column that its schema did not have yet is empty."""
    db.row_factory = sqlite3.Row
    # The + keeps SQLite from the index, which may be what is damaged.
    for row in db.execute("SELECT * FROM entry WHERE +state = ?", (WAITING,)):
        known = dict(row)
        yield tuple(known.get(name) for name in _NEW.split(", "))


def add(db: sqlite3.Connection, acts: list[Unsaved]) -> None:
    """Make a row of each act, unless there is one of the same item and moment."""
    for act, kept, doubt in acts:
        chosen = choice.with_item(act, choice.applied(db, act.item))
        if isinstance(chosen, Watch):
            _overtake(db, chosen, Removal(*chosen))
        elif isinstance(chosen, Removal):
            _overtake(db, chosen, Watch(*chosen))
            pinned.unseen(db, chosen.item)
        row = _row(chosen, kept)
        insert(db, [row])
        if doubt and chosen.item == act.item:
            db.execute(_DOUBT, (PARKED, doubt, kept.at, row[0], chosen[1], WAITING))


def _overtake(db: sqlite3.Connection, act: Watch | Removal, opposite: Act) -> None:
    db.execute(_OVERTAKEN, (written(act), act[1], written(opposite)))


def insert(db: sqlite3.Connection, rows: list[Row]) -> None:
    """What was carried over, as it came."""
    db.executemany(f"INSERT OR IGNORE INTO entry ({_NEW}) VALUES ({_PLACES})", rows)


def _row(act: Act, kept: times.Kept) -> tuple[Any, ...]:
    item, moment, source = act[:3]
    return (written(act), *_columns(item), moment, source, kept.at, None, None, *kept.start)


def _columns(item: Item | Show) -> tuple[Any, ...]:
    """Kind, title, season and episode."""
    if isinstance(item, Episode):
        return ("episode", item.show.title, item.season, item.number)
    return ("movie" if isinstance(item, Movie) else "show", item.title, None, None)


def due(db: sqlite3.Connection, account: int, most: int) -> list[Entry]:
    """The entries that wait to be sent as this account, oldest first; what is none is parked."""
    entries = []
    query = (
        "SELECT id, reason, item, watched_at, source FROM entry WHERE state = ? "
        "AND (account IS NULL OR account = ?) ORDER BY id LIMIT ?"
    )
    rows = db.execute(query, (WAITING, account, most)).fetchall()
    for number, reason, text, moment, source in rows:
        try:
            act = read(text, int(moment), source)
            # What has no name or cannot be compared would fail later, in one batch with the others.
            _ = label(act.item), hash(act)
            entries.append(Entry(number, act, reason == _BY_NUMBER))
        except (ValueError, TypeError, KeyError, AttributeError):
            # Not ours, or from a newer version: it must not hold up the others.
            LOG.error("entry %d cannot be read, parked", number)
            db.execute(
                "UPDATE entry SET state = ?, reason = 'unreadable' WHERE id = ?", (PARKED, number)
            )
    return entries


def settle(db: sqlite3.Connection, outcomes: Iterable[Outcome], now: int) -> None:
    """Store what became of entries; `now` in UTC epoch seconds."""
    rows = []
    for entry, state, reason, item, _ in outcomes:
        if reason.startswith(ANIME):
            anime.remember(db, entry.act.item)
        corrected = item and written(choice.with_item(entry.act, item))
        rows.append((state, reason, now, corrected, entry.id))
    # OR REPLACE: a corrected item can turn out to be one that is there already.
    db.executemany(
        "UPDATE OR REPLACE entry SET state = ?, reason = ?, settled_at = ?, "
        "item = coalesce(?, item) WHERE id = ?",
        rows,
    )
    ledger.tidy(db, now - _KEPT)


def retry(db: sqlite3.Connection, number: int) -> None:
    """Let a parked entry wait again; a special of an anime goes by its number then."""
    db.execute(_RETRY, (WAITING, ANIME_SPECIAL, _BY_NUMBER, number, PARKED))
